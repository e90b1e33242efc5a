using Robotics.Configuration.Binding;
using Robotics.Configuration.Files;
using Robotics.Configuration.Tasks;
using Robotics.Controller.Planning;
using Robotics.Core.Beliefs;
using Robotics.Core.Errors;
using Robotics.Core.Links;
using Robotics.Core.Plans;
using Robotics.Core.Randomness;
using Robotics.Core.Rollouts;
using Robotics.Core.Threading;
using Robotics.Core.Time;
using Robotics.Drivers.Simulation.Mujoco;
using Robotics.Drivers.Simulation.Rollouts;
using Robotics.Drivers.Simulation.World;
using Robotics.Inference.Latent;
using Robotics.Runtime.LockStep;
using Robotics.StateEstimation.Observations;
using Robotics.StateEstimation.Tracking;

namespace Robotics.Runtime.Tasks;

/// <summary>
/// A task in lock-step simulation with everything that a command needs: the resolved task, its world and environment,
/// the workers, and factories of models and controllers. One thread.
/// </summary>
public class TaskSession : IAsyncDisposable
{
    private readonly PlannerOptions _planner;
    private SimulatorTrajectoryEvaluator? _groundTruth;

    /// <summary>Opens a task.</summary>
    protected TaskSession(TaskRequest request, OpenTask open)
    {
        (Task, World, Environment, Workers) = (open.Task, open.World, open.Environment, new WorkerPool(request.Threads));
        _planner = OptionsBinder.Bind<PlannerOptions>(Task.PlannerSection);
    }

    /// <summary>The sections of a task that a running robot reads.</summary>
    public static IReadOnlyDictionary<string, Type> Sections { get; } =
        new Dictionary<string, Type> { ["planner"] = typeof(PlannerOptions) };


    /// <summary>The task.</summary>
    public TaskDefinition Task { get; }

    /// <summary>The simulator.</summary>
    public SimulatedWorld World { get; }

    /// <summary>The task in the simulator.</summary>
    public TaskEnvironment Environment { get; }

    /// <summary>Worker threads that compute rollouts.</summary>
    public WorkerPool Workers { get; }

    /// <summary>The section <c>planner:</c>.</summary>
    public PlannerOptions Planner => _planner;

    /// <summary>Planning horizon, steps.</summary>
    public int PlanHorizon => _planner.Horizon;

    /// <summary>Opens a task.</summary>
    /// <param name="request">The task and its options.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="UserErrorException">The task, its model or its options are invalid.</exception>
    public static async Task<TaskSession> OpenAsync(TaskRequest request, CancellationToken cancellationToken) =>
        new(request, await ConnectAsync(request, cancellationToken));

    /// <summary>Reads a task and connects to its simulated robot.</summary>
    /// <exception cref="UserErrorException">The task, its model or its options are invalid.</exception>
    protected static async Task<OpenTask> ConnectAsync(TaskRequest request, CancellationToken cancellationToken)
    {
        var task = Resolve(request);
        var world = new SimulatedWorld(request.Adapt(SimulationOptions.FromTask(task)), RandomKey.FromSeed(request.Seed).Derive("world"));
        var environment = await TaskEnvironment.ConnectAsync(
            task, world.Robot, world, world, world, new EmergencyStop(), cancellationToken, request.ServoRateHz);
        return new OpenTask(task, world, environment);
    }

    /// <summary>Reads a task and checks it against its robot's model.</summary>
    public static TaskDefinition Resolve(TaskRequest request)
    {
        var document = TaskDocument.Load(
            TaskFiles.Find(request.Task), request.ConfigPath, request.MjcfPath, request.Sections, request.Overlay);
        using var model = MujocoModel.Load(document.ModelPath);
        var task = document.Resolve(new MujocoModelCatalog(model));
        foreach (var warning in task.Warnings)
            request.Warn?.Invoke($"{warning}.");
        return task;
    }

    /// <summary>A policy as a controller of this task.</summary>
    public LoopController CreateController(IPolicy policy) => LoopController.From(policy, Task.Observations.Dimension);

    /// <summary>The controller that plans with a model, on the state observed directly.</summary>
    public LoopController CreateController(string name, ITrajectoryEvaluator model) =>
        CreateController(name, CreatePlanner(model, clock: null), model as IBeliefPredictor, _planner.Latency);

    /// <summary>The task's planner over a model.</summary>
    /// <param name="model">Evaluator of action sequences.</param>
    /// <param name="clock">The clock of its deadlines; null for decisions that depend on the work alone.</param>
    public IPlanner CreatePlanner(ITrajectoryEvaluator model, IClock? clock) => PlannerFactory.Create(_planner, model, clock);

    /// <summary>The task's planner over a latent model, with the actor's proposals, or the actor in its place.</summary>
    /// <param name="latent">The learned latent model.</param>
    /// <param name="clock">The clock of its deadlines; null for decisions that depend on the work alone.</param>
    /// <param name="options">The planner's options, of the task's horizon; null for the task's.</param>
    public IPlanner CreatePlanner(CompiledLatent latent, IClock? clock, PlannerOptions? options = null) =>
        latent.CreateActor(_planner.Horizon)
        ?? PlannerFactory.Create(
            options ?? _planner, latent.Evaluator, clock, latent.CreatePrior((int)(_planner.PriorShare * _planner.Population)));

    /// <summary>Ground-truth dynamics: the simulator, from its present state; the session disposes it.</summary>
    public ITrajectoryEvaluator Truth =>
        _groundTruth ??= new SimulatorTrajectoryEvaluator(World, SimulatorRolloutOptions.FromTask(Task), Workers);

    /// <summary>
    /// The same planner and budget on ground-truth dynamics; where the planner uses gradients, which the simulator does
    /// not have, iCEM with three populations of 100.
    /// </summary>
    public LoopController CreateGroundTruthController() =>
        CreateController("oracle", CreateGroundTruthPlanner(), model: null, latencyPeriods: 0);

    /// <summary>The planner of <see cref="CreateGroundTruthController"/>.</summary>
    public IPlanner CreateGroundTruthPlanner()
    {
        var planner = _planner.Kind == PlannerKind.Gradient
            ? new PlannerOptions { Kind = PlannerKind.Icem, Horizon = _planner.Horizon, Population = 100, Elites = 10, Iterations = 3 }
            : _planner;
        return PlannerFactory.Create(planner, Truth);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _groundTruth?.Dispose();
        await Environment.DisposeAsync();
        World.Dispose();
        Workers.Dispose();
    }

    private LoopController CreateController(string name, IPlanner planner, IBeliefPredictor? model, int latencyPeriods) => new()
    {
        Name = name,
        Tracker = BeliefTracker.FromObservation(
            new DirectObservationEstimator(Task.Observations.Dimension, model), Task.Observations.Dimension, Task.Actions.Dimension),
        Planner = planner,
        Horizon = _planner.Horizon,
        PlanHorizon = _planner.Horizon,
        LatencyPeriods = latencyPeriods,
    };
}

/// <summary>A task with its simulator, connected. Immutable.</summary>
/// <param name="Task">The task.</param>
/// <param name="World">The simulator.</param>
/// <param name="Environment">The task in the simulator.</param>
public sealed record OpenTask(TaskDefinition Task, SimulatedWorld World, TaskEnvironment Environment);
