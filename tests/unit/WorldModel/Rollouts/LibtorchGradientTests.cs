using Robotics.Core.Randomness;
using Robotics.Core.Rollouts;
using Robotics.Core.Terms;
using Robotics.Inference.Ensembles;
using Robotics.Inference.Weights;
using Robotics.Tests.Unit.Inference;
using Robotics.WorldModel.Rollouts;

namespace Robotics.Tests.Unit.WorldModel;

public class LibtorchGradientTests
{
    private const int Population = 3;
    private const int Horizon = 5;
    private static readonly float[] Belief = [0.4f, 0.3f, 0.1f, -0.2f, 0.5f, 0];

    [Theory]
    [InlineData(Propagation.TSInfinity)]
    [InlineData(Propagation.TS1)]
    public void EvaluateGradient_SameKey_IsTheDifferenceQuotientOfEvaluate(Propagation propagation)
    {
        const float Step = 5e-3f;
        using var evaluator = Evaluator(EnsembleSamples.Random(), propagation, null);
        var actions = Actions();
        var (gradient, returns) = Gradient(evaluator, actions);
        var scale = gradient.Max(Math.Abs);

        Assert.Equal(Returns(evaluator, actions), returns);
        for (var j = 0; j < actions.Length; j++)
        {
            var candidate = j / (Horizon * EnsembleSamples.Actions);
            var (above, below) = (actions.ToArray(), actions.ToArray());
            above[j] += Step;
            below[j] -= Step;
            var quotient = (Returns(evaluator, above)[candidate] - Returns(evaluator, below)[candidate]) / (above[j] - below[j]);
            Assert.Equal(quotient, gradient[j], 0.01 * scale);
        }
    }

    [Fact]
    public void EvaluateGradient_LinearModel_IsTheClosedForm()
    {
        // x grows by u / 2 in each step and the return is the sum of x: an action counts half in each step from its own on.
        using var evaluator = new LibtorchEnsembleEvaluator(
            EnsembleSamples.Linear(0, 0.5f, [0], 0.1f), new LibtorchEvaluatorOptions { Particles = 4, Reward = Position() });
        var gradient = new float[Horizon];
        var request = new RolloutRequest
        {
            Belief = new float[1],
            Actions = new float[Horizon],
            Population = 1,
            Horizon = Horizon,
            Key = RandomKey.FromSeed(1),
        };

        evaluator.EvaluateGradient(request, new RolloutResult(1), gradient);

        Assert.Equal([2.5f, 2, 1.5f, 1, 0.5f], gradient);
    }

    [Fact]
    public void EvaluateGradient_AllParticlesEndAtOnce_IsZeroAfterTheFirstStep()
    {
        using var evaluator = Evaluator(EnsembleSamples.Random(), Propagation.TSInfinity, EnsembleSamples.EndsAbove(-100));

        var (gradient, _) = Gradient(evaluator, Actions());

        for (var j = 0; j < gradient.Length; j++)
            Assert.Equal(j % (Horizon * EnsembleSamples.Actions) < EnsembleSamples.Actions, gradient[j] != 0);
    }

    [Fact]
    public void Use_OtherWeights_AnswersAsANewEvaluator()
    {
        var other = EnsembleSamples.Random(seed: 2);
        using var changed = Evaluator(EnsembleSamples.Random(), Propagation.TSInfinity, null);
        using var made = Evaluator(other, Propagation.TSInfinity, null);

        changed.Use(other);

        Assert.Equal(Returns(made, Actions()), Returns(changed, Actions()));
    }

    private static LibtorchEnsembleEvaluator Evaluator(EnsembleWeights weights, Propagation propagation, TermProgram? termination) => new(
        weights, new LibtorchEvaluatorOptions
        {
            Propagation = propagation,
            Particles = 20,
            Reward = EnsembleSamples.Reward(),
            Termination = termination,
        });

    private static float[] Actions()
    {
        var random = RandomKey.FromSeed(33).OpenStream();
        return EnsembleSamples.Numbers(ref random, Population * Horizon * EnsembleSamples.Actions, 0.5);
    }

    private static (float[] Gradient, float[] Returns) Gradient(LibtorchEnsembleEvaluator evaluator, float[] actions)
    {
        var (gradient, result) = (new float[actions.Length], new RolloutResult(Population));
        evaluator.EvaluateGradient(Request(actions), result, gradient);
        return (gradient, result.Returns);
    }

    private static float[] Returns(LibtorchEnsembleEvaluator evaluator, float[] actions)
    {
        var result = new RolloutResult(Population);
        evaluator.Evaluate(Request(actions), result);
        return result.Returns;
    }

    private static RolloutRequest Request(float[] actions) =>
        new() { Belief = Belief, Actions = actions, Population = Population, Horizon = Horizon, Key = RandomKey.FromSeed(21) };

    private static TermProgram Position()
    {
        var b = new TermBuilder();
        return b.Build(b.Observation(0));
    }
}
