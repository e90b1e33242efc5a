using System.Runtime.InteropServices;
using Robotics.Core.Models;
using Robotics.Core.Plans;
using Robotics.Core.Randomness;
using Robotics.Core.Rollouts;
using Robotics.Core.Time;
using Robotics.Runtime.LockStep;

namespace Robotics.Tests.Unit.Learning;

/// <summary>
/// A linear model of the mass, carried on from training to training so that a resumed run needs its state: weights move half of
/// the way to the least squares solution, plus noise from the training's key.
/// </summary>
internal sealed class ToyLearner : IModelLearner
{
    /// <summary>v' = v + w0 a, x' = x + w1 v + w2 a.</summary>
    public double[] Weights { get; } = new double[3];

    public ITrajectoryEvaluator Evaluator => throw new NotSupportedException("Not asked for in these tests.");

    public ITrajectoryRecorder? Recorder => null;

    public LearningReport Train(TransitionSet experience, RandomKey key, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        var random = key.OpenStream();
        double aa = 1e-6, av = 0, vv = 1e-6, da = 0, xa = 0, xv = 0;
        for (var i = 0; i < experience.Count; i++)
        {
            double a = experience.Actions[i], v = experience.Observations[(i * 3) + 1];
            var dv = experience.NextObservations[(i * 3) + 1] - v;
            var dx = experience.NextObservations[i * 3] - experience.Observations[i * 3];
            (aa, av, vv) = (aa + (a * a), av + (a * v), vv + (v * v));
            (da, xa, xv) = (da + (dv * a), xa + (dx * a), xv + (dx * v));
        }

        var determinant = (vv * aa) - (av * av);
        double[] solution = [da / aa, ((xv * aa) - (xa * av)) / determinant, ((vv * xa) - (av * xv)) / determinant];
        for (var i = 0; i < 3; i++)
            Weights[i] = (0.5 * (Weights[i] + solution[i])) + (1e-4 * random.NextGaussian());
        progress?.Report(1);
        return new LearningReport(1, Math.Abs(Weights[0] - solution[0]), new Dictionary<string, double> { ["w0"] = Weights[0] });
    }

    public void Save(string folder) =>
        File.WriteAllBytes(Path.Combine(folder, "weights"), MemoryMarshal.AsBytes(Weights.AsSpan()).ToArray());

    public void Load(string folder) => File.ReadAllBytes(Path.Combine(folder, "weights")).CopyTo(MemoryMarshal.AsBytes(Weights.AsSpan()));

    public void Dispose()
    {
        // It holds nothing.
    }
}

/// <summary>Random shooting around the last plan, over the toy model.</summary>
internal sealed class ToyPolicy(ToyLearner model) : IPolicy
{
    private readonly double[] _plan = new double[8];

    public string Name => "toy";

    public int PlanHorizon => _plan.Length;

    public void Reset() => Array.Clear(_plan);

    public Decision Decide(ReadOnlySpan<float> observation, MonotonicTime now, RandomKey key, Span<float> action)
    {
        Array.Copy(_plan, 1, _plan, 0, _plan.Length - 1);
        var random = key.OpenStream();
        var best = Score(observation, _plan);
        var candidate = new double[_plan.Length];
        for (var n = 0; n < 100; n++)
        {
            for (var i = 0; i < candidate.Length; i++)
                candidate[i] = Math.Clamp(_plan[i] + (0.5 * random.NextGaussian()), -1, 1);
            var score = Score(observation, candidate);
            if (score <= best)
                continue;
            best = score;
            candidate.CopyTo(_plan, 0);
        }

        action[0] = (float)_plan[0];
        return new Decision(PlanStatus.Ok, (float)best, 0.5f);
    }

    private double Score(ReadOnlySpan<float> observation, double[] actions)
    {
        double x = observation[0], v = observation[1], goal = observation[2], sum = 0;
        foreach (var a in actions)
        {
            x += (model.Weights[1] * v) + (model.Weights[2] * a);
            v += model.Weights[0] * a;
            sum -= ((x - goal) * (x - goal)) + (0.01 * a * a);
        }

        return sum;
    }
}
