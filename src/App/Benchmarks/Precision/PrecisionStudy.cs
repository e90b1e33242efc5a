using Robotics.App.Composition;
using Robotics.Core;
using Robotics.Learning;

namespace Robotics.App.Benchmarks;

/// <summary>
/// What bfloat16 changes in the decisions of a learned model: on states that the model itself drives through, after a few decisions
/// that fill the warm start, the last iteration is scored in both precisions under the same noise. Two planners see the same up to
/// there, so that they differ in nothing else. One thread.
/// </summary>
/// <param name="session">The task, whose environment is used.</param>
/// <param name="reference">The model in floats.</param>
/// <param name="other">The same model in the other precision.</param>
internal sealed class PrecisionStudy(TaskSession session, ITrajectoryEvaluator reference, ITrajectoryEvaluator other)
{
    private const int DecisionsBefore = 5;
    private readonly PrecisionJudge _judge = new(session, reference, other);
    private readonly List<PrecisionProbe> _probes = [];

    /// <summary>Collects so many comparisons.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">Gives the starts of the episodes.</param>
    /// <param name="progress">Told how many there are.</param>
    /// <param name="cancellation">Stops between two decisions.</param>
    public async Task<IReadOnlyList<PrecisionProbe>> RunAsync(int count, ulong seed, Action<int> progress, CancellationToken cancellation)
    {
        var keys = new ExperimentKeys(seed);
        for (var episode = 0; _probes.Count < count; episode++)
        {
            var key = keys.Evaluation(episode);
            await session.Environment.ResetAsync(ExperimentKeys.Start(key), cancellation);
            Drive(key, count, progress, cancellation);
        }

        return _probes;
    }

    private void Drive(RandomKey episode, int count, Action<int> progress, CancellationToken cancellation)
    {
        var environment = session.Environment;
        var (first, second) = (new Side(session, reference, reference), new Side(session, reference, other));
        var step = environment.CreateStep();
        var decisions = 0;
        while (environment.StepCount < environment.Task.HorizonSteps && _probes.Count < count)
        {
            cancellation.ThrowIfCancellationRequested();
            var isProbe = decisions++ == DecisionsBefore;
            var key = ExperimentKeys.DecisionAt(episode, environment.StepCount);
            first.Decide(environment, key, otherAt: null);
            second.Decide(environment, key, isProbe ? first.Evaluator.Calls - 1 : null);
            if (isProbe)
            {
                _probes.Add(_judge.Judge(first.Evaluator.Last, first.Plan, second.Plan, environment.Observation, environment.Now, key.Derive("probe")));
                progress(_probes.Count);
                first.Planner.Reset();
                second.Planner.Reset();
                decisions = 0;
            }

            if (environment.Step(first.Plan.ActionAt(0), step) is not (LinkStatus.Ok or LinkStatus.Limited or LinkStatus.NotFinite))
                return;
        }
    }

    private sealed class Side
    {
        private readonly Belief _belief;

        public Side(TaskSession session, ITrajectoryEvaluator usual, ITrajectoryEvaluator other)
        {
            Evaluator = new ProbeEvaluator(usual, other, session.Planner.LargestPopulation, session.PlanHorizon);
            Planner = session.CreatePlanner(Evaluator, clock: null);
            Plan = new ActionPlanBuffer(session.PlanHorizon, session.Task.Actions.Dimension);
            _belief = new Belief(session.Task.Observations.Dimension);
        }

        public ProbeEvaluator Evaluator { get; }

        public IPlanner Planner { get; }

        public ActionPlanBuffer Plan { get; }

        public void Decide(TaskEnvironment environment, RandomKey key, int? otherAt)
        {
            environment.Observation.CopyTo(_belief.Mean, 0);
            _belief.At = environment.Now;
            Evaluator.Begin(otherAt);
            Planner.Plan(_belief, environment.Now, key, default, Plan);
        }
    }
}
