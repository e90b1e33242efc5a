using System.Runtime.CompilerServices;
using Robotics.Core;

namespace Robotics.Inference;

/// <summary>
/// A term program compiled for many rows at once: leaves are read where they stand, and a register is used again once its
/// last reader is done, so that a long program's scratch stays in the first cache. Immutable; thread-safe; running it is safe
/// on the tick path.
/// </summary>
internal sealed unsafe class TermTileProgram
{
    private readonly AlignedFloats _constants;
    private readonly TileInstruction[] _instructions;
    private readonly TileOperand[] _outputs;

    /// <summary>Compiles a program.</summary>
    /// <param name="program">What to compute.</param>
    /// <param name="lanes">Lanes in every line: a multiple of the vector width.</param>
    public TermTileProgram(TermProgram program, int lanes)
    {
        Lanes = lanes;
        var constants = program.Instructions.Where(i => i.Operation == TermOperation.Constant).Select(i => i.Value).ToArray();
        _constants = new AlignedFloats((long)constants.Length * lanes);
        for (var i = 0; i < constants.Length; i++)
            _constants.Span.Slice(i * lanes, lanes).Fill(constants[i]);
        (_instructions, _outputs, RegisterCount) = TermTileCompiler.Compile(program);
    }

    /// <summary>Lanes in every line.</summary>
    public int Lanes { get; }

    /// <summary>Lines of scratch that a run needs.</summary>
    public int RegisterCount { get; }

    /// <summary>Computes all outputs.</summary>
    /// <param name="observations">[element × lanes].</param>
    /// <param name="actions">[action × lanes].</param>
    /// <param name="registers">[<see cref="RegisterCount"/> × lanes].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<TS, TF, TU>(float* observations, float* actions, float* registers)
        where TS : struct, ISimd<TF, TU>
        where TF : struct
        where TU : struct
    {
        foreach (var i in _instructions)
        {
            var a = Locate(i.A, observations, actions, registers);
            var b = Locate(i.B, observations, actions, registers);
            TermKernel<TS, TF, TU>.Apply(i.Operation, a, b, registers + ((nint)i.Target * Lanes), Lanes);
        }
    }

    /// <summary>The line of an output after a run with the same pointers.</summary>
    public float* Output(int output, float* observations, float* actions, float* registers) =>
        Locate(_outputs[output], observations, actions, registers);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float* Locate(TileOperand operand, float* observations, float* actions, float* registers)
    {
        var bank = operand.Bank switch
        {
            TileBank.Registers => registers,
            TileBank.Observations => observations,
            TileBank.Actions => actions,
            _ => _constants.Pointer,
        };
        return bank + ((nint)operand.Index * Lanes);
    }
}
