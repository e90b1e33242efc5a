using Robotics.Configuration.Binding;
using Robotics.Configuration.Tasks;
using Robotics.Controller.Planning;
using Robotics.Core.Errors;
using Robotics.Core.Randomness;
using Robotics.Inference.Dense;
using Robotics.Inference.Ensembles;
using Robotics.Learning.Settings;
using Robotics.Runtime.Tasks;
using Robotics.WorldModel.Ensembles;
using Robotics.WorldModel.Latent;
using Robotics.WorldModel.Rollouts;

namespace Robotics.Learning.Sessions;

/// <summary>A <see cref="TaskSession"/> with the models and settings of its training. One thread.</summary>
internal sealed class LearningSession : TaskSession
{
    private readonly ModelSettings _model;

    private LearningSession(LearningRequest request, OpenTask open)
        : base(request.Task, open)
    {
        _model = request.Adapt(OptionsBinder.Bind<ModelSettings>(Task.ModelSection));
        if (Planner.Kind == PlannerKind.Gradient && _model.Rollout.Evaluator != RolloutEngine.Libtorch)
            throw new UserErrorException(
                "the planner's kind 'gradient' needs derivatives, which the compiled networks do not give; write 'evaluator: libtorch' "
                    + "under 'rollout' in the section 'model'.");
        if (_model.Rollout.Propagation == Propagation.E && (Planner.DisagreementPenalty != 0 || Planner.TrustLimit is not null))
            throw new UserErrorException(
                "expectation ('propagation: e') carries one particle, so there is no disagreement for 'disagreement_penalty' or "
                    + "'trust_limit' to act on; leave them out, or choose another propagation.");
        Precisions.Require(_model.Rollout.FusedPrecision);
        Training = OptionsBinder.Bind<ReinforcementOptions>(Task.TrainingSection);
    }

    /// <summary>Every section of a task, with the type of the options that it is bound to.</summary>
    public static new IReadOnlyDictionary<string, Type> Sections { get; } = new Dictionary<string, Type>
    {
        ["estimator"] = typeof(EstimatorSettings),
        ["latent"] = typeof(LatentOptions),
        ["planner"] = typeof(PlannerOptions),
        ["model"] = typeof(ModelSettings),
        ["training"] = typeof(ReinforcementOptions),
    };

    /// <summary>The section <c>training:</c>.</summary>
    public ReinforcementOptions Training { get; }

    /// <summary>The section <c>model:</c>.</summary>
    public ModelSettings Model => _model;

    /// <summary>Opens a task.</summary>
    /// <param name="request">The task and its options.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="UserErrorException">The task, its model or its options are invalid.</exception>
    public static new Task<LearningSession> OpenAsync(TaskRequest request, CancellationToken cancellationToken) =>
        OpenAsync(new LearningRequest(request), cancellationToken);

    /// <inheritdoc cref="OpenAsync(TaskRequest, CancellationToken)"/>
    public static async Task<LearningSession> OpenAsync(LearningRequest request, CancellationToken cancellationToken) =>
        new(request, await ConnectAsync(request.Task with { Sections = Sections }, cancellationToken));

    /// <summary>Reads a task and checks it against its robot's model.</summary>
    /// <exception cref="UserErrorException">The task, its model or its options are invalid.</exception>
    public static new TaskDefinition Resolve(TaskRequest request) => TaskSession.Resolve(request with { Sections = Sections });

    /// <summary>Creates an untrained ensemble.</summary>
    /// <param name="seed">Seed of the initial weights.</param>
    /// <param name="precision">Number format of the compiled networks' products; null for the task's.</param>
    public EnsembleLearner CreateLearner(ulong seed, Precision? precision = null)
    {
        var rollouts = new FusedEnsembleOptions
        {
            Propagation = _model.Rollout.Propagation,
            Particles = _model.Rollout.CarriedParticles,
            CommonRandomNumbers = _model.Rollout.CommonRandomNumbers,
            Precision = precision ?? _model.Rollout.FusedPrecision,
            Reward = Task.RewardAtEnd,
            Termination = Task.Termination,
            MaximumPopulation = Planner.MaximumPopulationSize,
            MaximumHorizon = Planner.Horizon,
            Workers = Workers,
        };
        return new EnsembleLearner(
            _model.Ensemble, Task.Observations, Task.Actions, Task.ControlPeriodSeconds, rollouts,
            RandomKey.FromSeed(seed).Derive("weights"), Libtorch());
    }

    private LibtorchEvaluatorOptions? Libtorch() => _model.Rollout.Evaluator != RolloutEngine.Libtorch ? null : new LibtorchEvaluatorOptions
    {
        Propagation = _model.Rollout.Propagation,
        Particles = _model.Rollout.Particles,
        Reward = Task.RewardAtEnd,
        Termination = Task.Termination,
    };
}

/// <summary>A task and its training options. Immutable.</summary>
/// <param name="Task">The task.</param>
internal sealed record LearningRequest(TaskRequest Task)
{
    /// <summary>Changes the section <c>model:</c>, for example its precision; null for no change.</summary>
    public Func<ModelSettings, ModelSettings>? Model { get; init; }

    /// <summary>The changed settings of the model.</summary>
    public ModelSettings Adapt(ModelSettings settings) => Model is null ? settings : Model(settings);
}
