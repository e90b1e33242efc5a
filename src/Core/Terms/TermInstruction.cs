namespace Robotics.Core.Terms;

/// <summary>The operations of a term program. Each writes one register; A and B name registers unless stated otherwise.</summary>
public enum TermOperation
{
    /// <summary>The number <c>Value</c>.</summary>
    Constant,

    /// <summary>Element A of the observation after the step, o_{t+1}.</summary>
    Observation,

    /// <summary>Element A of the applied action a_t, in [−1, 1].</summary>
    Action,

    /// <summary>A + B.</summary>
    Add,

    /// <summary>A − B.</summary>
    Subtract,

    /// <summary>A · B.</summary>
    Multiply,

    /// <summary>A / B.</summary>
    Divide,

    /// <summary>The smaller of A and B.</summary>
    Minimum,

    /// <summary>The larger of A and B.</summary>
    Maximum,

    /// <summary>−A.</summary>
    Negate,

    /// <summary>|A|.</summary>
    Absolute,

    /// <summary>√max(A, 0).</summary>
    SquareRoot,

    /// <summary>e^A.</summary>
    Exponential,

    /// <summary>Sine of A radians.</summary>
    Sine,

    /// <summary>Cosine of A radians.</summary>
    Cosine,

    /// <summary>Hyperbolic tangent of A.</summary>
    HyperbolicTangent,

    /// <summary>1 where A &gt; 0, else 0; its derivative is 0.</summary>
    IsPositive,

    /// <summary>1 where A ≥ 0, else 0; its derivative is 0.</summary>
    IsNotNegative,

    /// <summary>Natural logarithm of A: −∞ at 0, NaN below.</summary>
    Logarithm,

    /// <summary>A to the power of B for A ≥ 0; NaN below. 0 to the power of 0 is 1.</summary>
    Power,

    /// <summary>Angle of the point (B, A), rad, in [−π, π]: the arctangent of A / B in the right quadrant.</summary>
    ArcTangent,

    /// <summary>B where A &gt; 0, else C; what is not chosen counts neither in the value nor in derivatives.</summary>
    Select,
}

/// <summary>One instruction; instruction i writes register i. Immutable.</summary>
/// <param name="Operation">Operation.</param>
/// <param name="A">First operand: a register, or an element's index for Observation and Action.</param>
/// <param name="B">Second operand: a register.</param>
/// <param name="Value">The number of a Constant.</param>
/// <param name="C">Third operand, of a Select alone: a register.</param>
public readonly record struct TermInstruction(TermOperation Operation, int A = 0, int B = 0, float Value = 0, int C = 0)
{
    /// <summary>True when it reads no register: a constant, an observation or an action.</summary>
    public bool IsLeaf => Operation is TermOperation.Constant or TermOperation.Observation or TermOperation.Action;

    /// <summary>True when it reads register C.</summary>
    public bool HasThree => Operation == TermOperation.Select;
}
