using Robotics.Core.Beliefs;
using Robotics.Core.Links;
using Robotics.Core.Plans;
using Robotics.Core.Randomness;
using Robotics.Core.Rollouts;
using Robotics.Core.Time;
using Robotics.Learning.Episodes;
using Robotics.Learning.Sessions;
using Robotics.Runtime.LockStep;

namespace Robotics.Benchmarks.Bfloat16;

/// <summary>
/// Effect of bfloat16 on the decisions of a learned model: on states that the model itself visits, after a few decisions
/// that fill the warm start, the last iteration is scored in both precisions under the same noise. Two planners are identical up to
/// that point, so that they differ in nothing else. One thread.
/// </summary>
/// <param name="session">The task, whose environment is used.</param>
/// <param name="reference">The model in floats.</param>
/// <param name="other">The same model in the other precision.</param>
internal sealed class PrecisionStudy(LearningSession session, ITrajectoryEvaluator reference, ITrajectoryEvaluator other)
{
    private const int DecisionsBefore = 5;
    private readonly LearningSession _session = session;
    private readonly ITrajectoryEvaluator _reference = reference;
    private readonly ITrajectoryEvaluator _other = other;
    private readonly PrecisionComparer _comparer = new(session, reference, other);
    private readonly List<PrecisionProbe> _probes = [];

    /// <summary>Collects comparisons.</summary>
    /// <param name="count">Number of comparisons.</param>
    /// <param name="seed">Seed of the initial states.</param>
    /// <param name="progress">Called with the number collected so far.</param>
    /// <param name="cancellationToken">Stops between two decisions.</param>
    public async Task<IReadOnlyList<PrecisionProbe>> RunAsync(
        int count, ulong seed, Action<int> progress, CancellationToken cancellationToken)
    {
        var keys = new ExperimentKeys(seed);
        for (var episode = 0; _probes.Count < count; episode++)
        {
            var key = keys.Evaluation(episode);
            var probing = new Probing(this, count, progress);
            var loops = new LockStepRunner(_session.Environment, _session.CreateController(probing), clock: null, cancellationToken);
            await loops.ResetAsync(ExperimentKeys.Start(key), key, cancellationToken);
            Drive(loops, count, cancellationToken);
        }

        return _probes;
    }

    private void Drive(LockStepRunner loops, int count, CancellationToken cancellationToken)
    {
        var environment = _session.Environment;
        var step = environment.CreateStep();
        while (environment.StepCount < environment.Task.HorizonSteps && _probes.Count < count)
        {
            var status = loops.Step(step);
            cancellationToken.ThrowIfCancellationRequested();
            if (status is not (LinkStatus.Ok or LinkStatus.Limited or LinkStatus.NotFinite))
                return;
        }
    }

    /// <summary>Acts by the plans in floats and compares every few decisions.</summary>
    private sealed class Probing(PrecisionStudy study, int count, Action<int> progress) : IPolicy
    {
        private readonly Side _first = new(study._session, study._reference, study._reference);
        private readonly Side _second = new(study._session, study._reference, study._other);
        private int _decisions;

        public string Name => "probing";

        public int PlanHorizon => 0;

        public void Reset() => Restart();

        public Decision Decide(ReadOnlySpan<float> observation, MonotonicTime now, RandomKey key, Span<float> action)
        {
            var isProbe = _decisions++ == DecisionsBefore && study._probes.Count < count;
            _first.Decide(observation, now, key, otherAt: null);
            _second.Decide(observation, now, key, isProbe ? _first.Evaluator.Calls - 1 : null);
            _first.Plan.ActionAt(0).CopyTo(action);
            if (isProbe)
            {
                study._probes.Add(study._comparer.Compare(
                    _first.Evaluator.Last, _first.Plan, _second.Plan, observation.ToArray(), now, key.Derive("probe")));
                progress(study._probes.Count);
                Restart();
            }

            return Decision.NoPrediction;
        }

        private void Restart()
        {
            _first.Planner.Reset();
            _second.Planner.Reset();
            _decisions = 0;
        }
    }

    private sealed class Side
    {
        private readonly Belief _belief;

        public Side(LearningSession session, ITrajectoryEvaluator usual, ITrajectoryEvaluator other)
        {
            Evaluator = new ProbeEvaluator(usual, other, session.Planner.MaximumPopulationSize, session.PlanHorizon);
            Planner = session.CreatePlanner(Evaluator, clock: null);
            Plan = new ActionPlanBuffer(session.PlanHorizon, session.Task.Actions.Dimension);
            _belief = new Belief(session.Task.Observations.Dimension);
        }

        public ProbeEvaluator Evaluator { get; }

        public IPlanner Planner { get; }

        public ActionPlanBuffer Plan { get; }

        public void Decide(ReadOnlySpan<float> observation, MonotonicTime now, RandomKey key, int? otherAt)
        {
            observation.CopyTo(_belief.Mean);
            _belief.At = now;
            Evaluator.Begin(otherAt);
            Planner.Plan(_belief, now, key, default, Plan);
        }
    }
}
