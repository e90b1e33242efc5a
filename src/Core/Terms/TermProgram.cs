using System.Globalization;
using Robotics.Core.Spaces;

namespace Robotics.Core.Terms;

/// <summary>
/// A small straight-line program over o_{t+1} and a_t: a reward, a termination, a point of the robot. One program serves the
/// scorer, the tiles of particles and the tensors of libtorch. Immutable; thread-safe; <see cref="Evaluate"/> is safe on the
/// tick path.
/// </summary>
public sealed class TermProgram
{
    internal TermProgram(TermInstruction[] instructions, int[] outputs)
    {
        Instructions = instructions;
        Outputs = outputs;
        ObservationElements = [.. instructions.Where(i => i.Operation == TermOperation.Observation).Select(i => i.A).Distinct().Order()];
        Hash = SpaceHash.From(instructions.Select(Describe).Append(string.Join(' ', outputs)));
    }

    /// <summary>The instructions in order; instruction i writes register i.</summary>
    public IReadOnlyList<TermInstruction> Instructions { get; }

    /// <summary>The registers that hold the results.</summary>
    public IReadOnlyList<int> Outputs { get; }

    /// <summary>The observation elements that the program reads, ascending.</summary>
    public IReadOnlyList<int> ObservationElements { get; }

    /// <summary>Identifies the program in checkpoints.</summary>
    public string Hash { get; }

    /// <summary>The length that <see cref="Evaluate"/> needs of its registers.</summary>
    public int RegisterCount => Instructions.Count;

    private static string Describe(TermInstruction i) => string.Create(
        CultureInfo.InvariantCulture, $"{i.Operation} {i.A} {i.B} {i.Value:R}{(i.HasThree ? $" {i.C}" : "")}");

    /// <summary>Runs the program once, in single precision.</summary>
    /// <param name="observation">o_{t+1}, in the layout of the observation space.</param>
    /// <param name="action">a_t, each in [−1, 1].</param>
    /// <param name="registers">Scratch of at least <see cref="RegisterCount"/>.</param>
    /// <param name="results">Receives one number per output.</param>
    public void Evaluate(ReadOnlySpan<float> observation, ReadOnlySpan<float> action, Span<float> registers, Span<float> results)
    {
        for (var i = 0; i < Instructions.Count; i++)
        {
            var n = Instructions[i];
            registers[i] = n.Operation switch
            {
                TermOperation.Constant => n.Value,
                TermOperation.Observation => observation[n.A],
                TermOperation.Action => action[n.A],
                TermOperation.Select => registers[n.A] > 0 ? registers[n.B] : registers[n.C],
                _ => TermArithmetic.Apply(n.Operation, registers[n.A], registers[n.B]),
            };
        }

        for (var i = 0; i < Outputs.Count; i++)
            results[i] = registers[Outputs[i]];
    }

    /// <summary>The program whose results are so many times these; the same one for 1. For set-up.</summary>
    public TermProgram Times(float factor)
    {
        if (factor == 1)
            return this;
        var (n, results) = (Instructions.Count, Outputs.Count);
        return new TermProgram(
            [
                .. Instructions, new TermInstruction(TermOperation.Constant, Value: factor),
                .. Outputs.Select(o => new TermInstruction(TermOperation.Multiply, o, n))],
            [.. Enumerable.Range(n + 1, results)]);
    }

    /// <summary>Runs a program of one output: for set-up and scoring, where an allocation does no harm.</summary>
    public float EvaluateScalar(ReadOnlySpan<float> observation, ReadOnlySpan<float> action)
    {
        Span<float> result = stackalloc float[1];
        Evaluate(observation, action, new float[RegisterCount], result);
        return result[0];
    }
}

/// <summary>The meaning of the operations on single numbers: the reference for every other interpreter.</summary>
internal static class TermArithmetic
{
    internal static float Apply(TermOperation operation, float a, float b) => operation switch
    {
        TermOperation.Add => a + b,
        TermOperation.Subtract => a - b,
        TermOperation.Multiply => a * b,
        TermOperation.Divide => a / b,
        TermOperation.Minimum => MathF.Min(a, b),
        TermOperation.Maximum => MathF.Max(a, b),
        TermOperation.Negate => -a,
        TermOperation.Absolute => MathF.Abs(a),
        TermOperation.SquareRoot => MathF.Sqrt(MathF.Max(a, 0)),
        TermOperation.Exponential => MathF.Exp(a),
        TermOperation.Sine => MathF.Sin(a),
        TermOperation.Cosine => MathF.Cos(a),
        TermOperation.HyperbolicTangent => MathF.Tanh(a),
        TermOperation.IsPositive => a > 0 ? 1 : 0,
        TermOperation.IsNotNegative => a >= 0 ? 1 : 0,
        TermOperation.Logarithm => MathF.Log(a),
        TermOperation.Power => a < 0 || float.IsNaN(b) ? float.NaN : MathF.Pow(MathF.Abs(a), b),
        TermOperation.ArcTangent => MathF.Atan2(a, b),
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "Leaves are read, not computed."),
    };
}
