using Robotics.Core.Errors;
using Robotics.Core.Plans;
using Robotics.Core.Rollouts;
using Robotics.Core.Time;

namespace Robotics.Controller.Planning;

/// <summary>Creates planners from their options. Thread-safe; for set-up.</summary>
public static class PlannerFactory
{
    /// <summary>Creates a planner.</summary>
    /// <param name="options">Planner options.</param>
    /// <param name="evaluator">Evaluator of action sequences. It must not have another caller while the planner plans.</param>
    /// <param name="clock">The clock of the deadlines; without one a planner ignores deadlines and is deterministic.</param>
    /// <param name="prior">Proposes sequences for the first iteration; null for none.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="UserErrorException">The options do not fit together, or the evaluator lacks the derivatives that they
    /// need.</exception>
    public static IPlanner Create(PlannerOptions options, ITrajectoryEvaluator evaluator, IClock? clock = null, IActionPrior? prior = null)
    {
        options.Validate();
        var actions = evaluator.ActionDimension;
        SearchStrategy search = options.Kind switch
        {
            PlannerKind.RandomShooting => new RandomShooting(options, actions),
            PlannerKind.Icem => new IcemSearch(options, actions),
            PlannerKind.Mppi => new MppiSearch(options, actions),
            PlannerKind.Gradient => new GradientSearch(options, evaluator as IDifferentiableEvaluator
                ?? throw new UserErrorException(
                    $"The planner's kind 'gradient' needs derivatives, which {evaluator.GetType().Name} does not give: choose another "
                    + "'kind', or an evaluator by libtorch.")),
            _ => new CemSearch(options, actions),
        };
        return new SamplingPlanner(options, search, evaluator, clock, prior);
    }
}
