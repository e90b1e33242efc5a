using Robotics.Core.Terms;

namespace Robotics.Inference.Terms;

/// <summary>Assigns the values of a term program to as few lines of scratch as their lifetimes allow. For set-up.</summary>
internal static class TermTileCompiler
{
    public static (TileInstruction[] Instructions, TileOperand[] Outputs, int Registers) Compile(TermProgram program)
    {
        var lastReader = FindLastReaders(program);
        var places = new TileOperand[program.Instructions.Count];
        var instructions = new List<TileInstruction>();
        var free = new Stack<int>();
        var registers = 0;
        var constants = 0;
        for (var i = 0; i < places.Length; i++)
        {
            var n = program.Instructions[i];
            switch (n.Operation)
            {
                case TermOperation.Constant:
                    places[i] = new TileOperand(TileBank.Constants, constants++);
                    break;
                case TermOperation.Observation:
                    places[i] = new TileOperand(TileBank.Observations, n.A);
                    break;
                case TermOperation.Action:
                    places[i] = new TileOperand(TileBank.Actions, n.A);
                    break;
                default:
                    // A lane is read before it is written, so the result may take the place of an operand.
                    Release(n.A, i, lastReader, places, free);
                    if (n.B != n.A)
                        Release(n.B, i, lastReader, places, free);
                    if (n.HasThree && n.C != n.A && n.C != n.B)
                        Release(n.C, i, lastReader, places, free);
                    var target = free.Count > 0 ? free.Pop() : registers++;
                    places[i] = new TileOperand(TileBank.Registers, target);
                    var third = n.HasThree ? places[n.C] : default;
                    instructions.Add(new TileInstruction(n.Operation, places[n.A], places[n.B], third, target));
                    break;
            }
        }

        return ([.. instructions], [.. program.Outputs.Select(o => places[o])], registers);
    }

    private static int[] FindLastReaders(TermProgram program)
    {
        var last = new int[program.Instructions.Count];
        for (var i = 0; i < last.Length; i++)
        {
            var n = program.Instructions[i];
            if (n.IsLeaf)
                continue;
            last[n.A] = i;
            last[n.B] = i;
            if (n.HasThree)
                last[n.C] = i;
        }

        foreach (var output in program.Outputs)
            last[output] = int.MaxValue;
        return last;
    }

    private static void Release(int value, int reader, int[] lastReader, TileOperand[] places, Stack<int> free)
    {
        if (lastReader[value] == reader && places[value].Bank == TileBank.Registers)
            free.Push(places[value].Index);
    }
}
