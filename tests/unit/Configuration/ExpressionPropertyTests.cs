using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace Robotics.Tests.Unit.Configuration;

/// <summary>Random expressions: what is parsed, compiled, folded and run must equal a plain evaluation of the tree.</summary>
public class ExpressionPropertyTests
{
    private static readonly float[] Observation = [0.3f, -0.4f, 1.5f, -2.5f, 1, 0, 1];
    private static readonly float[] Action = [0.5f, -0.25f];

    /// <summary>A random expression: its text and its value.</summary>
    private sealed record Sample(string Text, double Value);

    [Fact]
    public void Evaluate_RandomExpression_EqualsTheReference() =>
        Prop.ForAll(Expression(4).ToArbitrary(), sample => Agrees(sample)).Check(
            Config.QuickThrowOnFailure.WithMaxTest(200).WithReplay(20240601UL, 7UL));

    private static bool Agrees(Sample sample)
    {
        var value = TaskText.Value(sample.Text, Observation, Action);
        return Math.Abs(sample.Value) > 1e6 || Math.Abs(value - sample.Value) <= 1e-3 * Math.Max(1, Math.Abs(sample.Value));
    }

    private static Gen<Sample> Expression(int depth)
    {
        var leaf = Gen.OneOf(
            Gen.Choose(-30, 30).Select(n => new Sample((n / 8.0).ToString(CultureInfo.InvariantCulture), n / 8.0)),
            Gen.Elements(
                new Sample("q.shoulder", Observation[0]),
                new Sample("q[1]", Observation[1]),
                new Sample("qd.elbow", Observation[3]),
                new Sample("goal.z", Observation[6]),
                new Sample("action[1]", Action[1])));
        if (depth == 0)
            return leaf;
        var inner = Expression(depth - 1);
        var pair = inner.Two();
        return Gen.OneOf(
            leaf,
            pair.Select(p => new Sample($"({p.Item1.Text} + {p.Item2.Text})", p.Item1.Value + p.Item2.Value)),
            pair.Select(p => new Sample($"({p.Item1.Text} - {p.Item2.Text})", p.Item1.Value - p.Item2.Value)),
            pair.Select(p => new Sample($"{p.Item1.Text} * {p.Item2.Text}", p.Item1.Value * p.Item2.Value)).Where(IsFlat).Select(
                s => s with { Text = $"({s.Text})" }),
            inner.Select(s => new Sample($"-({s.Text})", -s.Value)),
            inner.Select(s => new Sample($"tanh({s.Text})", Math.Tanh(s.Value))),
            inner.Select(s => new Sample($"sin({s.Text} / 4)", Math.Sin(s.Value / 4))),
            inner.Select(s => new Sample($"exp(-abs({s.Text}))", Math.Exp(-Math.Abs(s.Value)))),
            inner.Select(s => new Sample($"sqrt(square({s.Text}) + 1)", Math.Sqrt((s.Value * s.Value) + 1))),
            pair.Select(p => new Sample($"max({p.Item1.Text}, {p.Item2.Text})", Math.Max(p.Item1.Value, p.Item2.Value))),
            pair.Select(
                p =>
                    new Sample(
                        $"norm([{p.Item1.Text}, {p.Item2.Text}])",
                        Math.Sqrt((p.Item1.Value * p.Item1.Value) + (p.Item2.Value * p.Item2.Value)))));
    }

    // Rounding is not at stake here: keep numbers of a size that single precision carries well.
    private static bool IsFlat(Sample sample) => Math.Abs(sample.Value) < 1e4;
}
