using Robotics.Core.Errors;
using Robotics.Core.Links;
using Robotics.Core.Plans;
using Robotics.Core.Randomness;
using Robotics.Core.Time;
using Robotics.Data.Episodes;
using Robotics.Runtime.LockStep;

namespace Robotics.Learning.Episodes;

/// <summary>Identity and random key of an episode. Immutable.</summary>
/// <param name="Trial">The trial it belongs to, from 0.</param>
/// <param name="Index">Its number within the trial, from 0.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Key">Random key of the episode.</param>
public sealed record EpisodePlan(int Trial, int Index, ulong Seed, RandomKey Key);

/// <summary>Runs single episodes and records them step by step. One thread.</summary>
/// <param name="environment">The environment.</param>
/// <param name="clock">Times the decisions.</param>
/// <param name="progress">Called at every step; may be null.</param>
/// <param name="audit">Called at every decision, outside its measured time; may be null.</param>
/// <param name="cameras">Cameras whose images are recorded with the steps and the true state; null for neither.</param>
public sealed class EpisodeRunner(
    TaskEnvironment environment, IClock clock, IExperimentProgress? progress, PlanAudit? audit = null, CameraRecorder? cameras = null)
{
    /// <summary>Maximum steps of an episode, for collections of many short ones. Default: the task's horizon alone applies.</summary>
    public int MaximumSteps { get; init; } = int.MaxValue;

    private readonly EpisodeStep _step = environment.CreateStep();
    private LockStepRunner? _loops;
    private CancellationToken _stop;

    /// <summary>
    /// Runs an episode to its horizon, its termination, or a failure of robot or physics, which counts as divergence. When it is
    /// cancelled or fails otherwise, the steps so far are kept as a partial episode.
    /// </summary>
    /// <exception cref="UserErrorException">The robot stopped, the reward is not finite, or the disk is full.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<Episode> RunAsync(
        LoopController controller, EpisodePlan plan, EpisodeStore store, CancellationToken cancellationToken)
    {
        var loops = LoopsOf(controller, cancellationToken);
        await loops.ResetAsync(ExperimentKeys.Start(plan.Key), plan.Key, cancellationToken);
        cameras?.Discard();
        using var recorder = store.Begin(
            Describe(controller, plan), environment.Observation, MonotonicTime.Zero, cameras is null ? [] : environment.Truth);
        var (sum, diverged) = (0.0, false);
        while (environment.StepCount < Math.Min(environment.Task.HorizonSteps, MaximumSteps))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var status = loops.Step(_step);

            // A decision interrupted by cancellation is incomplete, so its step is not recorded.
            cancellationToken.ThrowIfCancellationRequested();
            if (environment.RewardFailed)
                throw new UserErrorException(
                    $"{environment.Task.FilePath}: the reward became {_step.Reward} at step {environment.StepCount} of trial {plan.Trial} "
                        + $"({controller.Name}); keep its terms finite, for instance with clamp; the steps before it are kept in "
                        + $"'{store.Folder}'.");
            if (status == LinkStatus.Fault)
            {
                diverged = true;
                break;
            }

            if (status is not (LinkStatus.Ok or LinkStatus.Limited or LinkStatus.NotFinite))
                throw new UserErrorException(
                    $"Robot '{environment.Robot.Name}' stopped at step {environment.StepCount} of trial {plan.Trial} ({status}); its steps "
                        + $"so far are kept in '{store.Folder}'.");
            recorder.Append(_step);
            cameras?.Record(recorder, environment.StartedAt);
            sum += _step.Reward;
            progress?.StepTaken(
                new StepProgress(
                    plan.Trial, plan.Index, environment.StepCount, environment.Task.HorizonSteps, sum, _step.PlanNanoseconds));
            if (_step.Flags.HasFlag(StepFlags.Terminated))
                break;
        }

        if (recorder.Steps == 0)
            throw new UserErrorException(
                $"Robot '{environment.Robot.Name}' failed in the first step of trial {plan.Trial}; check the task's reset and the model's "
                    + "stability.");
        return recorder.Complete(diverged);
    }

    private LockStepRunner LoopsOf(LoopController controller, CancellationToken cancellationToken)
    {
        if (_loops?.Controller != controller || _stop != cancellationToken)
            _loops = new LockStepRunner(environment, controller, clock, cancellationToken) { Commanded = audit is null ? null : Audit };
        _stop = cancellationToken;
        return _loops;
    }

    /// <summary>Audits a plan that just took effect, before physics advances.</summary>
    private void Audit(bool isNew)
    {
        var plan = _loops!.PlanInForce;
        if (!isNew || plan.Horizon < _loops.Controller.PlanHorizon)
            return;
        var actions = plan.Actions.AsMemory(0, plan.Horizon * plan.ActionDimension);
        audit!.Observe(
            environment.StepCount, environment.Observation, actions, new Decision(PlanStatus.Ok, plan.PredictedReturn, plan.Disagreement));
    }

    private EpisodeHeader Describe(LoopController controller, EpisodePlan plan)
    {
        var task = environment.Task;
        return new EpisodeHeader
        {
            Task = task.Name,
            TaskHash = task.Hash,
            ObservationHash = task.Observations.Hash,
            ActionHash = task.Actions.Hash,
            Controller = controller.Name,
            PlanHorizon = controller.PlanHorizon,
            Trial = plan.Trial,
            Index = plan.Index,
            Seed = plan.Seed,
            Key = plan.Key.Value,
            PeriodSeconds = task.ControlPeriodSeconds,
            StartedAtNanoseconds = environment.StartedAt.Nanoseconds,
            ObservationNames = [.. task.Observations.Elements.Select(e => e.Name)],
            ActionNames = [.. task.Actions.Channels.Select(c => c.Name)],
            CommandNames = [.. environment.Robot.Channels.Select(c => c.Name)],
            DivergedReturn = task.DivergedReturn,
            Goals = environment.Goals,
            Cameras = cameras?.Headers ?? [],
            HasTruth = cameras is not null && environment.Truth is not null,
        };
    }
}
