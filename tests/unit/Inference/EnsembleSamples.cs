using Robotics.Core.Randomness;
using Robotics.Core.Spaces;
using Robotics.Core.Terms;
using Robotics.Inference.Weights;

namespace Robotics.Tests.Unit.Inference;

/// <summary>Small ensembles for tests.</summary>
internal static class EnsembleSamples
{
    /// <summary>
    /// Six elements: an angle, a static goal, limited and free ones; five of them predicted, so that a block of noise is not full.
    /// </summary>
    public static readonly ObservationSpace Space = new(
    [
        new("q", "rad", ObservationTreatment.Predict, ElementEncoding.SineCosine),
        new("goal", "m", ObservationTreatment.Static),
        new("x", "m", ObservationTreatment.Predict, Low: -0.6f, High: 0.5f),
        new("v", "m/s", ObservationTreatment.Predict),
        new("w", "rad/s", ObservationTreatment.Predict),
        new("z", "m", ObservationTreatment.Predict),
    ]);

    public const int Actions = 2;

    public static EnsembleWeights Random(int members = 5, int hidden = 19, ulong seed = 1)
    {
        var random = RandomKey.FromSeed(seed).OpenStream();
        var inputs = EnsembleWeights.CountInputs(Space, Actions);
        var predicted = EnsembleWeights.CountPredicted(Space);
        return new EnsembleWeights
        {
            Observations = Space,
            ActionDimension = Actions,
            Members = members,
            Layers =
            [
                Layer(ref random, inputs, hidden, members),
                Layer(ref random, hidden, hidden, members),
                Layer(ref random, hidden, 2 * predicted, members),
            ],
            InputMean = Numbers(ref random, inputs, 0.3),
            InputStandardDeviation = [.. Numbers(ref random, inputs, 0.2).Select(x => 1 + Math.Abs(x))],
            MaximumLogVariance = [-3, -2.5f, -2, -3, -2],
            MinimumLogVariance = [-8, -9, -10, -7, -8],
        };
    }

    /// <summary>
    /// x' = x + rate·x + push·u + change + σ·ε, one change per member, with one predicted number, without a hidden layer.
    /// </summary>
    public static EnsembleWeights Linear(float rate, float push, float[] changes, float std) => new()
    {
        Observations = new ObservationSpace([new("x", "m", ObservationTreatment.Predict)]),
        ActionDimension = 1,
        Members = changes.Length,
        Layers =
        [
            new LayerWeights(
                2, 2, [.. changes.SelectMany(_ => new[] { rate, push, 0, 0 })],
                [.. changes.SelectMany(c => new[] { c, 2 * MathF.Log(std) })]),
        ],
        InputMean = [0, 0],
        InputStandardDeviation = [1, 1],
        MaximumLogVariance = [20],
        MinimumLogVariance = [-40],
    };

    /// <summary>−(q² + |x − goal|) + 0.1 z·a₀ + tanh v.</summary>
    public static TermProgram Reward()
    {
        var b = new TermBuilder();
        var cost = b.Add(b.Square(b.Observation(0)), b.Absolute(b.Subtract(b.Observation(2), b.Observation(1))));
        var push = b.Multiply(b.Constant(0.1), b.Multiply(b.Observation(5), b.Action(0)));
        return b.Build(b.Add(b.Add(b.Negate(cost), push), b.HyperbolicTangent(b.Observation(3))));
    }

    /// <summary>Ends where v is above a limit.</summary>
    public static TermProgram EndsAbove(double limit)
    {
        var b = new TermBuilder();
        return b.Build(b.Subtract(b.Observation(3), b.Constant(limit)));
    }

    public static float[] Numbers(ref RandomStream random, int count, double scale)
    {
        var numbers = new float[count];
        for (var i = 0; i < count; i++)
            numbers[i] = (float)(scale * random.NextGaussian());
        return numbers;
    }

    private static LayerWeights Layer(ref RandomStream random, int inputs, int outputs, int members) => new(
        inputs, outputs, Numbers(ref random, members * outputs * inputs, 0.7 / Math.Sqrt(inputs)),
        Numbers(ref random, members * outputs, 0.2));
}
