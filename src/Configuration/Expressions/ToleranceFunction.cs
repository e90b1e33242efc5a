using System.Globalization;
using Robotics.Configuration.Yaml;
using Robotics.Core.Terms;

namespace Robotics.Configuration.Expressions;

/// <summary>
/// <c>tolerance(x, lower, upper, margin, sigmoid, value_at_margin)</c>: 1 within the bounds, falling to
/// <c>value_at_margin</c> at a distance of <c>margin</c> from them (Tassa et al. 2018, "DeepMind Control Suite";
/// dm_control's <c>rewards.tolerance</c>). It differs in that a hyperbolic sigmoid is cut off 30 scaled margins away, where
/// single precision has lost it anyway.
/// </summary>
internal static class ToleranceFunction
{
    public const string Name = "tolerance";

    private static readonly string[] Parameters = ["x", "lower", "upper", "margin", "sigmoid", "value_at_margin"];

    private static readonly string[] Sigmoids =
        ["gaussian", "hyperbolic", "long_tail", "reciprocal", "cosine", "linear", "quadratic", "tanh_squared"];

    // These reach 0, so their value at the margin may be 0.
    private static readonly string[] Finite = ["cosine", "linear", "quadratic"];

    public static TermVector Call(ExpressionCompiler compiler, CallNode call)
    {
        var given = Bind(call);
        var x = compiler.Compile(given["x"]);
        var lower = Number(compiler, given, "lower", 0);
        var upper = Number(compiler, given, "upper", 0);
        if (!(lower <= upper))
            throw new ExpressionException(
                given["lower"].Position,
                string.Create(CultureInfo.InvariantCulture, $"'lower' ({(float)lower}) is above 'upper' ({(float)upper})"));
        var margin = Number(compiler, given, "margin", 0);
        if (!(margin >= 0 && double.IsFinite(margin)))
            throw new ExpressionException(given["margin"].Position, "'margin' must be 0 or more");
        var sigmoid = SigmoidName(given);
        var atMargin = Number(compiler, given, "value_at_margin", 0.1);
        if (!(atMargin < 1 && (atMargin > 0 || (atMargin == 0 && Finite.Contains(sigmoid)))))
            throw new ExpressionException(
                given["value_at_margin"].Position, $"'value_at_margin' of a {sigmoid} sigmoid must be between 0 and 1");
        return x.Map(e => Build(compiler.Builder, e, lower, upper, margin, sigmoid, atMargin));
    }

    private static Term Build(TermBuilder b, Term x, double lower, double upper, double margin, string sigmoid, double atMargin)
    {
        var below = double.IsNegativeInfinity(lower) ? b.Constant(0) : b.Subtract(b.Constant(lower), x);
        var above = double.IsPositiveInfinity(upper) ? b.Constant(0) : b.Subtract(x, b.Constant(upper));
        var outside = b.Maximum(b.Maximum(below, above), b.Constant(0));
        return margin == 0
            ? b.Subtract(b.Constant(1), b.IsPositive(outside))
            : Sigmoid(b, b.Divide(outside, b.Constant(margin)), sigmoid, atMargin);
    }

    /// <summary>Falls from 1 at d = 0 to v at d = 1; every one is 1 within the bounds, where d is 0.</summary>
    private static Term Sigmoid(TermBuilder b, Term d, string sigmoid, double v)
    {
        Term Scaled(double scale) => b.Multiply(d, b.Constant(scale));
        Term OneMinus(Term t) => b.Subtract(b.Constant(1), t);
        Term AtLeastZero(Term t) => b.Maximum(t, b.Constant(0));
        Term Inverse(Term t) => b.Divide(b.Constant(1), b.Add(t, b.Constant(1)));
        switch (sigmoid)
        {
            case "gaussian":
                return b.Exponential(b.Multiply(b.Constant(Math.Log(v)), b.Square(d)));
            case "hyperbolic":
                var s = b.Minimum(Scaled(Math.Acosh(1 / v)), b.Constant(30));
                return b.Divide(b.Constant(2), b.Add(b.Exponential(s), b.Exponential(b.Negate(s))));
            case "long_tail":
                return Inverse(b.Square(Scaled(Math.Sqrt((1 / v) - 1))));
            case "reciprocal":
                return Inverse(Scaled((1 / v) - 1));
            case "cosine":
                var phase = b.Minimum(Scaled(Math.Acos((2 * v) - 1)), b.Constant(Math.PI));
                return b.Multiply(b.Constant(0.5), b.Add(b.Constant(1), b.Cosine(phase)));
            case "linear":
                return AtLeastZero(OneMinus(Scaled(1 - v)));
            case "quadratic":
                return AtLeastZero(OneMinus(b.Square(Scaled(Math.Sqrt(1 - v)))));
            default:
                return OneMinus(b.Square(b.HyperbolicTangent(Scaled(Math.Atanh(Math.Sqrt(1 - v))))));
        }
    }

    private static Dictionary<string, ExpressionNode> Bind(CallNode call)
    {
        if (call.Arguments.Count > Parameters.Length)
            throw new ExpressionException(
                call.Position, $"'{Name}' takes ({string.Join(", ", Parameters)}), found {call.Arguments.Count} arguments");
        var given = new Dictionary<string, ExpressionNode>();
        for (var i = 0; i < call.Arguments.Count; i++)
            given[Parameters[i]] = call.Arguments[i];
        foreach (var argument in call.Named)
        {
            if (!Parameters.Contains(argument.Name))
                throw new ExpressionException(
                    argument.Position, $"'{Name}' has no argument named '{argument.Name}'{Suggestion.For(argument.Name, Parameters)}");
            if (!given.TryAdd(argument.Name, argument.Value))
                throw new ExpressionException(argument.Position, $"'{argument.Name}' was already given");
        }

        foreach (var name in Parameters.Take(3).Where(p => !given.ContainsKey(p)))
            throw new ExpressionException(call.Position, $"'{Name}' needs '{name}'");
        return given;
    }

    private static double Number(ExpressionCompiler compiler, Dictionary<string, ExpressionNode> given, string name, double otherwise) =>
        given.TryGetValue(name, out var node) ? compiler.CompileConstant(node, $"'{name}'") : otherwise;

    private static string SigmoidName(Dictionary<string, ExpressionNode> given)
    {
        if (!given.TryGetValue("sigmoid", out var node))
            return "gaussian";
        if (node is TextNode text && Sigmoids.Contains(text.Value))
            return text.Value;
        throw new ExpressionException(node.Position, node is TextNode t
            ? $"unknown sigmoid '{t.Value}'{Suggestion.For(t.Value, Sigmoids)}"
            : $"the sigmoid's name stands in quotes, one of: {string.Join(", ", Sigmoids)}");
    }
}
