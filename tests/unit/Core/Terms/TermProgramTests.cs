using Robotics.Core.Terms;

namespace Robotics.Tests.Unit.Core;

public sealed class TermProgramTests
{
    private readonly TermBuilder _b = new();

    [Fact]
    public void Evaluate_EveryOperation_MatchesArithmetic()
    {
        var (x, y) = (_b.Observation(1), _b.Action(0));
        Term[] terms =
        [
            _b.Add(x, y), _b.Subtract(x, y), _b.Multiply(x, y), _b.Divide(x, y), _b.Minimum(x, y), _b.Maximum(x, y),
            _b.Negate(x), _b.Absolute(_b.Negate(x)), _b.Square(x), _b.SquareRoot(x), _b.SquareRoot(_b.Negate(x)), _b.Exponential(x),
            _b.Sine(x), _b.Cosine(x), _b.HyperbolicTangent(x), _b.IsPositive(x), _b.IsPositive(_b.Negate(x)), _b.SquaredNorm([x, y]),
            _b.IsNotNegative(x), _b.IsNotNegative(_b.Constant(0)), _b.IsNotNegative(_b.Negate(x)), _b.Logarithm(x), _b.Power(x, y),
            _b.Power(_b.Negate(x), _b.Constant(-3)), _b.ArcTangent(x, y), _b.Select(y, x, _b.Negate(x)), _b.Select(_b.Negate(y), x, y),
        ];
        var program = _b.Build(terms);
        var results = new float[terms.Length];

        program.Evaluate([9, 2], [0.5f], new float[program.RegisterCount], results);

        float[] expected =
        [
            2.5f, 1.5f, 1, 4, 0.5f, 2, -2, 2, 4, MathF.Sqrt(2), 0, MathF.Exp(2),
            MathF.Sin(2), MathF.Cos(2), MathF.Tanh(2), 1, 0, 4.25f,
            1, 1, 0, MathF.Log(2), MathF.Sqrt(2), -0.125f, MathF.Atan2(2, 0.5f), 2, 0.5f,
        ];
        Assert.Equal(expected, results);
        Assert.Equal([1], program.ObservationElements);
    }

    [Fact]
    public void Times_AFactor_MultipliesEveryResult()
    {
        var program = _b.Build(_b.Add(_b.Observation(0), _b.Action(0)), _b.Constant(3));
        var results = new float[2];

        program.Times(8).Evaluate([2], [0.5f], new float[program.Times(8).RegisterCount], results);

        Assert.Equal([20, 24], results);
        Assert.Same(program, program.Times(1));
    }

    [Fact]
    public void Build_ConstantsAndNeutralElements_AreFolded()
    {
        var x = _b.Observation(0);
        var folded = _b.Exponential(_b.Multiply(_b.Constant(2), _b.Subtract(_b.Constant(3), _b.Constant(3))));
        var same = _b.Divide(_b.Multiply(_b.Constant(1), _b.Add(x, _b.Constant(0))), folded);

        Assert.Equal(x, same);
        Assert.Equal(1, _b.Build(same).RegisterCount);
        Assert.Equal(_b.Constant(0), _b.Multiply(x, _b.Constant(0)));
        Assert.Equal(_b.Negate(x), _b.Multiply(_b.Constant(-1), x));
    }

    [Fact]
    public void Build_EqualAndUnusedTerms_AreSharedAndLeftOut()
    {
        var (x, y) = (_b.Observation(0), _b.Observation(1));
        _b.Sine(_b.Multiply(x, x));
        var sum = _b.Add(_b.Cosine(_b.Add(x, y)), _b.Cosine(_b.Add(y, x)));

        var program = _b.Build(sum);

        // x, y, x + y, its cosine, and the sum of that with itself.
        Assert.Equal(5, program.RegisterCount);
        Assert.Equal(2 * MathF.Cos(0.75f), program.EvaluateScalar([0.5f, 0.25f], []));
    }

    [Fact]
    public void Hash_SameAndOtherProgram_TellsThemApart()
    {
        string HashOf(double constant)
        {
            var b = new TermBuilder();
            return b.Build(b.Add(b.Observation(0), b.Constant(constant))).Hash;
        }

        Assert.Equal(HashOf(1), HashOf(1));
        Assert.NotEqual(HashOf(1), HashOf(2));
    }

    [Fact]
    public void Build_PlanarChain_ReachesWhereTrigonometrySays()
    {
        // Two links of 1 m and 0.5 m in the x-y plane, hinges about z, the base 0.3 m up.
        var chain = new KinematicChain(
            [Link([0, 0, 0.3], Hinge("a")), Link([1, 0, 0], Hinge("b"))],
            [0.5, 0, 0]);

        var (x, y, z) = Reach(chain, ("a", 0.4f), ("b", 0.7f));

        Assert.Equal(Math.Cos(0.4) + (0.5 * Math.Cos(1.1)), x, 1e-5);
        Assert.Equal(Math.Sin(0.4) + (0.5 * Math.Sin(1.1)), y, 1e-5);
        Assert.Equal(0.3, z, 1e-6);
        Assert.Equal(["a", "b"], chain.JointNames);
    }

    [Fact]
    public void Build_SlideTurnAndAnchor_ComposeAsRigidTransforms()
    {
        // Home turned by 90° about z; a slide along the link's x (so the world's y), then a hinge about y through (0, 0, 1).
        var half = Math.Sqrt(0.5);
        var link = new KinematicLink(
            [1, 2, 0],
            [half, 0, 0, half],
            [
                new KinematicJoint("s", JointKind.Slide, [1, 0, 0], [0, 0, 0], 0.1),
                new KinematicJoint("h", JointKind.Hinge, [0, 1, 0], [0, 0, 1], 0)]);

        var (x, y, z) = Reach(new KinematicChain([link], [0, 0, 3]), ("s", 0.6f), ("h", (float)(Math.PI / 2)));

        // The point is 2 m above the anchor; turned by 90° about y it lies 2 m along the link's x, the world's y.
        Assert.Equal(1, x, 1e-5);
        Assert.Equal(2 + 0.5 + 2, y, 1e-5);
        Assert.Equal(1, z, 1e-5);
    }

    private static KinematicJoint Hinge(string name) => new(name, JointKind.Hinge, [0, 0, 1], [0, 0, 0], 0);

    private static KinematicLink Link(double[] position, KinematicJoint joint) => new(position, [1, 0, 0, 0], [joint]);

    private (float X, float Y, float Z) Reach(KinematicChain chain, params (string Name, float Value)[] joints)
    {
        var names = joints.Select(j => j.Name).ToList();
        var program = _b.Build(chain.Build(_b, name => _b.Observation(names.IndexOf(name))));
        var point = new float[3];
        program.Evaluate([.. joints.Select(j => j.Value)], [], new float[program.RegisterCount], point);
        return (point[0], point[1], point[2]);
    }
}
