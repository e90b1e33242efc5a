using Robotics.Configuration;
using Robotics.Controller;
using Robotics.Core;
using Robotics.Drivers.Simulation;
using Robotics.Inference;
using Robotics.Learning;
using Robotics.StateEstimation;
using Robotics.WorldModel;

namespace Robotics.App.Composition;

/// <summary>
/// Everything that a command needs to work on a task in lock-step simulation: the resolved task, its world and environment,
/// the workers, and the makers of models and policies. One thread.
/// </summary>
internal sealed class TaskSession : IAsyncDisposable
{
    /// <summary>The options of the sections that are bound here.</summary>
    internal static readonly IReadOnlyDictionary<string, Type> Sections = new Dictionary<string, Type>
    {
        ["estimator"] = typeof(EstimatorSettings),
        ["latent"] = typeof(LatentOptions),
        ["planner"] = typeof(PlannerOptions),
        ["model"] = typeof(ModelSettings),
        ["training"] = typeof(ReinforcementOptions),
    };

    private readonly PlannerOptions _planner;
    private readonly ModelSettings _model;
    private SimulatorTrajectoryEvaluator? _oracle;

    private TaskSession(TaskRequest request, TaskDefinition task, SimulatedWorld world, TaskEnvironment environment)
    {
        (Task, World, Environment, Workers) = (task, world, environment, new WorkerPool(request.Threads));
        _planner = OptionsBinder.Bind<PlannerOptions>(task.PlannerSection);
        _model = request.Adapt(OptionsBinder.Bind<ModelSettings>(task.ModelSection));
        if (_planner.Kind == PlannerKind.Gradient && _model.Rollout.Evaluator != RolloutEngine.Libtorch)
            throw new UserErrorException("the planner's kind 'gradient' needs derivatives, which the compiled networks do not give; write 'evaluator: libtorch' under 'rollout' in the section 'model'.");
        if (_model.Rollout.Propagation == Propagation.E && (_planner.DisagreementPenalty != 0 || _planner.TrustLimit is not null))
            throw new UserErrorException("expectation ('propagation: e') carries one particle, so there is no disagreement for 'disagreement_penalty' or 'trust_limit' to act on; leave them out, or choose another propagation.");
        Precisions.Require(_model.Rollout.FusedPrecision);
        Training = OptionsBinder.Bind<ReinforcementOptions>(task.TrainingSection);
    }

    /// <summary>The task.</summary>
    public TaskDefinition Task { get; }

    /// <summary>The simulator.</summary>
    public SimulatedWorld World { get; }

    /// <summary>The task in the simulator.</summary>
    public TaskEnvironment Environment { get; }

    /// <summary>Who computes rollouts.</summary>
    public WorkerPool Workers { get; }

    /// <summary>The section <c>training:</c>.</summary>
    public ReinforcementOptions Training { get; }

    /// <summary>The section <c>planner:</c>.</summary>
    public PlannerOptions Planner => _planner;

    /// <summary>The section <c>model:</c>.</summary>
    public ModelSettings Model => _model;

    /// <summary>Steps that the planner looks ahead.</summary>
    public int PlanHorizon => _planner.Horizon;

    /// <summary>Opens a task.</summary>
    /// <param name="request">Which task, and how.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <exception cref="UserErrorException">The task, its model or its options do not work.</exception>
    public static async Task<TaskSession> OpenAsync(TaskRequest request, CancellationToken cancellation)
    {
        var task = Resolve(request);
        var world = new SimulatedWorld(request.Adapt(SimulationOptions.FromTask(task)), RandomKey.FromSeed(request.Seed).Derive("world"));
        var environment = await TaskEnvironment.ConnectAsync(task, world.Robot, world, world, world, new EmergencyStop(), cancellation, request.ServoRateHz);
        return new TaskSession(request, task, world, environment);
    }

    /// <summary>Reads a task and checks it against its robot's model.</summary>
    public static TaskDefinition Resolve(TaskRequest request)
    {
        var document = TaskDocument.Load(TaskFiles.Find(request.Task), request.ConfigPath, request.MjcfPath, Sections, request.Overlay);
        using var model = MujocoModel.Load(document.ModelPath);
        var task = document.Resolve(new MujocoModelCatalog(model));
        foreach (var warning in task.Warnings)
            request.Warn?.Invoke($"{warning}.");
        return task;
    }

    /// <summary>Makes an untrained ensemble.</summary>
    /// <param name="seed">Where its initial weights come from.</param>
    /// <param name="precision">What its compiled networks multiply in; null for what the task says.</param>
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
            MaximumPopulation = _planner.LargestPopulation,
            MaximumHorizon = _planner.Horizon,
            Workers = Workers,
        };
        return new EnsembleLearner(
            _model.Ensemble, Task.Observations, Task.Actions, Task.ControlPeriodSeconds, rollouts, RandomKey.FromSeed(seed).Derive("weights"), Libtorch());
    }

    /// <summary>A policy as a controller of this task.</summary>
    public LoopController CreateController(IPolicy policy) => LoopController.From(policy, Task.Observations.Dimension);

    /// <summary>The controller that plans with a model, on the state observed directly.</summary>
    public LoopController CreateController(string name, ITrajectoryEvaluator model) =>
        CreateController(name, CreatePlanner(model, clock: null), model as IBeliefPredictor, _planner.Latency);

    /// <summary>The task's planner over a model.</summary>
    /// <param name="model">What scores action sequences.</param>
    /// <param name="clock">The clock of its deadlines; null for decisions that depend on the work alone.</param>
    public IPlanner CreatePlanner(ITrajectoryEvaluator model, IClock? clock) => PlannerFactory.Create(_planner, model, clock);

    /// <summary>The task's planner over what was learned of beliefs, with the actor's proposals, or the actor in its place.</summary>
    /// <param name="latent">What was learned.</param>
    /// <param name="clock">The clock of its deadlines; null for decisions that depend on the work alone.</param>
    /// <param name="options">The planner's options, of the task's horizon; null for the task's.</param>
    public IPlanner CreatePlanner(CompiledLatent latent, IClock? clock, PlannerOptions? options = null) => latent.CreateActor(_planner.Horizon)
        ?? PlannerFactory.Create(options ?? _planner, latent.Evaluator, clock, latent.CreatePrior((int)(_planner.PriorShare * _planner.Population)));

    /// <summary>The true simulator as a model, from its present state; the session disposes it.</summary>
    public ITrajectoryEvaluator Truth => _oracle ??= new SimulatorTrajectoryEvaluator(World, SimulatorRolloutOptions.FromTask(Task), Workers);

    /// <summary>
    /// The same planner at the same budget on the true simulator; where the planner climbs a gradient, which the simulator does
    /// not have, iCEM with three populations of 100.
    /// </summary>
    public LoopController CreateOracle() => CreateController("oracle", CreateOraclePlanner(), model: null, latencyPeriods: 0);

    /// <summary>The planner of <see cref="CreateOracle"/>.</summary>
    public IPlanner CreateOraclePlanner()
    {
        var planner = _planner.Kind == PlannerKind.Gradient ? new PlannerOptions { Kind = PlannerKind.Icem, Horizon = _planner.Horizon, Population = 100, Elites = 10, Iterations = 3 } : _planner;
        return PlannerFactory.Create(planner, Truth);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _oracle?.Dispose();
        await Environment.DisposeAsync();
        World.Dispose();
        Workers.Dispose();
    }

    private LoopController CreateController(string name, IPlanner planner, IBeliefPredictor? model, int latencyPeriods) => new()
    {
        Name = name,
        Tracker = BeliefTracker.OfObservation(
            new DirectObservationEstimator(Task.Observations.Dimension, model), Task.Observations.Dimension, Task.Actions.Dimension),
        Planner = planner,
        Horizon = _planner.Horizon,
        PlanHorizon = _planner.Horizon,
        LatencyPeriods = latencyPeriods,
    };

    private LibtorchEvaluatorOptions? Libtorch() => _model.Rollout.Evaluator != RolloutEngine.Libtorch ? null : new LibtorchEvaluatorOptions
    {
        Propagation = _model.Rollout.Propagation,
        Particles = _model.Rollout.Particles,
        Reward = Task.RewardAtEnd,
        Termination = Task.Termination,
    };
}

/// <summary>Which task a command works on, and how. Immutable.</summary>
/// <param name="Task">A name in <c>config/tasks</c>, or a path.</param>
/// <param name="MjcfPath">The MJCF file in place of the task's; or null.</param>
/// <param name="ConfigPath">Settings laid over the task's; or null.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Threads">Workers for rollouts, the calling thread included.</param>
internal sealed record TaskRequest(string Task, string? MjcfPath, string? ConfigPath, ulong Seed, int Threads)
{
    /// <summary>Changes the simulation, for example by a camera that films; null leaves it as the task says.</summary>
    public Func<SimulationOptions, SimulationOptions>? Simulation { get; init; }

    /// <summary>Servo ticks per second in lock-step; null for as few as the task's actions need.</summary>
    public double? ServoRateHz { get; init; }

    /// <summary>Told what is allowed in the task but seldom meant; null for nobody.</summary>
    public Action<string>? Warn { get; init; }

    /// <summary>Sections of a pipeline that are laid over the task's, before those of <see cref="ConfigPath"/>; or null.</summary>
    public YamlMapping? Overlay { get; init; }

    /// <summary>Changes the section <c>model:</c>, for example its precision; null leaves it as the task says.</summary>
    public Func<ModelSettings, ModelSettings>? Model { get; init; }

    /// <summary>The model's settings with the change.</summary>
    public ModelSettings Adapt(ModelSettings settings) => Model is null ? settings : Model(settings);

    /// <summary>The simulation with the change.</summary>
    public SimulationOptions Adapt(SimulationOptions options) => Simulation is null ? options : Simulation(options);
}
