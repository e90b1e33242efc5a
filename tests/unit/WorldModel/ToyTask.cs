using Robotics.Core.Models;
using Robotics.Core.Randomness;
using Robotics.Core.Rollouts;
using Robotics.Core.Spaces;
using Robotics.Core.Terms;
using Robotics.Core.Threading;
using Robotics.Inference.Ensembles;
using Robotics.WorldModel.Ensembles;

namespace Robotics.Tests.Unit.WorldModel;

/// <summary>A small task: a slide, a hinge and a goal, moved by one action.</summary>
internal static class ToyTask
{
    public static readonly EnsembleOptions Options = new() { Members = 3, Hidden = [16, 16], Epochs = 2 };

    public static readonly ActionSpace Actions = new([new("motor", ActionMode.Effort, ActionReference.Absolute, -2, 2)]);

    public static readonly ObservationSpace Observations = new(
    [
        new("x", "m", ObservationTreatment.Predict),
        new("q", "rad", ObservationTreatment.Predict, ElementEncoding.SineCosine),
        new("goal", "m", ObservationTreatment.Static),
    ]);

    public static EnsembleLearner Learner(
        ulong seed = 1, EnsembleOptions? options = null, ObservationSpace? observations = null, double period = 0.05) =>
        new(options ?? Options, observations ?? Observations, Actions, period, Rollouts(options ?? Options), RandomKey.FromSeed(seed));

    /// <summary>The first <paramref name="count"/> transitions of an endless experience.</summary>
    public static TransitionSet Experience(int count)
    {
        var stream = RandomKey.FromSeed(100).OpenStream();
        var (now, action, next) = (new float[count * 3], new float[count], new float[count * 3]);
        for (var i = 0; i < count; i++)
        {
            var (x, q, a) = (stream.NextGaussian(), stream.NextUniform(-Math.PI, Math.PI), stream.NextUniform(-1, 1));
            action[i] = (float)a;
            float[] o = [(float)x, (float)q, 0.5f];
            float[] p = [(float)(x + (0.1 * a) + (0.01 * stream.NextGaussian())),
                (float)(q + (0.2 * Math.Sin(q)) + (0.02 * stream.NextGaussian())), 0.5f];
            o.CopyTo(now, i * 3);
            p.CopyTo(next, i * 3);
        }

        return new TransitionSet(count, now, action, next);
    }

    public static FusedEnsembleOptions Rollouts(EnsembleOptions options)
    {
        var b = new TermBuilder();
        return new FusedEnsembleOptions
        {
            Particles = 4 * options.Members,
            Reward = b.Build(b.Observation(0)),
            MaximumPopulation = 8,
            MaximumHorizon = 10,
            Workers = Workers,
        };
    }

    /// <summary>The returns of a fixed request: they show every bit of the model in the loop.</summary>
    public static float[] Returns(ITrajectoryEvaluator evaluator)
    {
        var result = new RolloutResult(8);
        var actions = Enumerable.Range(0, 80).Select(i => MathF.Sin(i)).ToArray();
        evaluator.Evaluate(
            new RolloutRequest
            {
                Belief = new[] { 0.1f, -0.2f, 0.5f },
                Actions = actions,
                Population = 8,
                Horizon = 10,
                Key = RandomKey.FromSeed(3),
            }, result);
        return result.Returns;
    }

    private static readonly WorkerPool Workers = new(1);
}
