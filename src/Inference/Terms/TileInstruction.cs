using Robotics.Core.Terms;

namespace Robotics.Inference.Terms;

/// <summary>Buffer of an operand's line of lanes.</summary>
internal enum TileBank
{
    Registers,
    Observations,
    Actions,
    Constants,
}

/// <summary>A line of lanes.</summary>
internal readonly record struct TileOperand(TileBank Bank, int Index);

/// <summary>An operation on lines of lanes; the result goes to a line of the registers.</summary>
internal readonly record struct TileInstruction(TermOperation Operation, TileOperand A, TileOperand B, TileOperand C, int Target);
