using Robotics.Controller.Planning;
using Robotics.Core.Beliefs;
using Robotics.Core.Plans;
using Robotics.Core.Randomness;
using Robotics.Core.Rollouts;
using Robotics.Core.Time;
using Robotics.Learning.Sessions;
using Robotics.Reporting.Numbers;

namespace Robotics.Benchmarks.Bfloat16;

/// <summary>One decision in two precisions. Immutable.</summary>
/// <param name="EliteOverlap">Fraction of the last iteration's elites in common, from the same candidates under the same noise.</param>
/// <param name="OverlapOfOtherNoise">The same between two noise samples, both in floats: the baseline.</param>
/// <param name="RankCorrelation">Rank correlation of the candidates' returns in the last iteration.</param>
/// <param name="Reference">Return of the plan in floats on ground-truth dynamics over its horizon.</param>
/// <param name="Other">Return of the plan whose last iteration was scored in the other precision.</param>
/// <param name="Random">Mean return of random sequences.</param>
/// <param name="GroundTruth">Return of the plan made with ground-truth dynamics.</param>
internal sealed record PrecisionProbe(
    double EliteOverlap, double OverlapOfOtherNoise, double RankCorrelation, double Reference, double Other, double Random,
    double GroundTruth);

/// <summary>Compares decisions at the world's present state. One thread.</summary>
internal sealed class PrecisionComparer(LearningSession session, ITrajectoryEvaluator reference, ITrajectoryEvaluator other)
{
    private const int RandomSequences = 32;
    private const int Plans = 3;
    private readonly PlannerOptions _planner = session.Planner;
    private readonly IPlanner _groundTruth = session.CreateGroundTruthPlanner();
    private readonly Belief _belief = new(session.Task.Observations.Dimension);
    private readonly ActionPlanBuffer _groundTruthPlan = new(session.PlanHorizon, session.Task.Actions.Dimension);
    private readonly RolloutResult _first = new(session.Planner.MaximumPopulationSize);
    private readonly RolloutResult _second = new(session.Planner.MaximumPopulationSize);
    private readonly RolloutResult _true = new(RandomSequences + Plans);
    private readonly float[] _sequences = new float[(RandomSequences + Plans) * session.PlanHorizon * session.Task.Actions.Dimension];

    /// <summary>Compares.</summary>
    /// <param name="last">The last rollout request of the decision in floats.</param>
    /// <param name="plan">The resulting plan.</param>
    /// <param name="otherPlan">The plan when the other precision scored that request.</param>
    /// <param name="observation">[observation].</param>
    /// <param name="now">Time of the observation.</param>
    /// <param name="key">Random key of the random sequences and of the planner on ground-truth dynamics.</param>
    public PrecisionProbe Compare(
        in RolloutRequest last, ActionPlanBuffer plan, ActionPlanBuffer otherPlan, float[] observation, MonotonicTime now, RandomKey key)
    {
        reference.Evaluate(last, _first);
        other.Evaluate(last, _second);
        var correlation = Correlation(last.Population);
        var overlap = Overlap(last.Population);
        reference.Evaluate(last with { Key = last.Key.Derive("another draw") }, _second);
        var yardstick = Overlap(last.Population);
        var returns = TrueReturns(plan, otherPlan, observation, now, key);
        return new PrecisionProbe(
            overlap, yardstick, correlation, returns[0], returns[1], returns.Skip(Plans).Average(r => (double)r), returns[2]);
    }

    private float[] TrueReturns(ActionPlanBuffer plan, ActionPlanBuffer otherPlan, float[] observation, MonotonicTime now, RandomKey key)
    {
        var length = _sequences.Length / (RandomSequences + Plans);
        _groundTruth.Reset();
        observation.CopyTo(_belief.Mean, 0);
        _belief.At = now;
        _groundTruth.Plan(_belief, now, key.Derive("oracle"), default, _groundTruthPlan);
        var random = key.Derive("random").OpenStream();
        foreach (ref var a in _sequences.AsSpan(Plans * length))
            a = (float)random.NextUniform(-1, 1);
        plan.Actions.AsSpan(0, length).CopyTo(_sequences);
        otherPlan.Actions.AsSpan(0, length).CopyTo(_sequences.AsSpan(length));
        _groundTruthPlan.Actions.AsSpan(0, length).CopyTo(_sequences.AsSpan(2 * length));
        var request = new RolloutRequest
        {
            Belief = observation,
            Actions = _sequences,
            Population = RandomSequences + Plans,
            Horizon = session.PlanHorizon,
            Key = key,
        };
        session.Truth.Evaluate(request, _true);
        return _true.Returns;
    }

    private double Correlation(int population) => Statistics.RankCorrelation(
        [.. Enumerable.Range(0, population).Select(n => Score(_first, n))],
        [.. Enumerable.Range(0, population).Select(n => Score(_second, n))]);

    private double Overlap(int population)
    {
        var elites = Math.Min(_planner.Elites, population);
        return (double)Elites(_first, population, elites).Intersect(Elites(_second, population, elites)).Count() / elites;
    }

    private IEnumerable<int> Elites(RolloutResult rollouts, int population, int count) =>
        Enumerable.Range(0, population).OrderByDescending(n => Score(rollouts, n)).Take(count);

    private double Score(RolloutResult rollouts, int n) => rollouts.Returns[n] - (_planner.DisagreementPenalty * rollouts.Disagreement[n]);
}
