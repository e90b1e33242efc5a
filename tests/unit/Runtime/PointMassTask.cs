using Robotics.Configuration.Resets;
using Robotics.Configuration.Tasks;
using Robotics.Core.Links;
using Robotics.Core.Randomness;
using Robotics.Core.Spaces;
using Robotics.Core.Terms;
using Robotics.Runtime.LockStep;

namespace Robotics.Tests.Unit.Runtime;

/// <summary>Bring the mass to the goal: observation (x, v, goal), reward −(x − goal)² − 0.01 a².</summary>
internal static class PointMassTask
{
    public const int Horizon = 20;

    public static TaskDefinition Create(double? maximumRate = null)
    {
        var b = new TermBuilder();
        var error = b.Subtract(b.Observation(0), b.Observation(2));
        var effort = b.Multiply(b.Constant(0.01), b.Square(b.Action(0)));
        return new TaskDefinition
        {
            Name = "point-mass",
            FilePath = "point-mass.yaml",
            ModelPath = "point-mass.xml",
            ControlRateHz = 20,
            PhysicsStepsPerControl = 5,
            HorizonSteps = Horizon,
            Privileged = false,
            Actions = new ActionSpace([new ActionChannel("push", ActionMode.Effort, ActionReference.Absolute, -2, 2)]),
            Observations = new ObservationSpace(
            [
                new ObservationElement("x", "m", ObservationTreatment.Predict),
                new ObservationElement("v", "m/s", ObservationTreatment.Predict),
                new ObservationElement("goal", "m", ObservationTreatment.Static),
            ]),
            Terms = Terms(),
            Reward = b.Build(b.Negate(b.Add(b.Square(error), effort))),
            Success = b.Build(b.Subtract(b.Constant(0.2), b.Absolute(error))),
            SuccessHoldSeconds = 0.1,
            Reset = Starts(),
            Simulation = new SimulationSettings(),
            Limits = new GuardOptions { MaximumRate = maximumRate is { } rate ? [rate] : null },
        };
    }

    public static Task<TaskEnvironment> ConnectAsync(PointMassWorld world, TaskDefinition task, EmergencyStop? stop = null) =>
        TaskEnvironment.ConnectAsync(task, world, world, world, world, stop ?? new EmergencyStop(), CancellationToken.None);

    /// <summary>A policy as a controller.</summary>
    public static LoopController Controller(IPolicy policy) => LoopController.From(policy, observationDimension: 3);

    /// <summary>A runner at the start of an episode that does what it is policy.</summary>
    public static async Task<(LockStepRunner Loops, GivenActionPolicy Told)> StartAsync(TaskEnvironment environment, RandomKey key)
    {
        var policy = new GivenActionPolicy(environment.Task.Actions.Dimension);
        var loops = new LockStepRunner(environment, Controller(policy));
        await loops.ResetAsync(key, key, CancellationToken.None);
        return (loops, policy);
    }

    private static List<TaskTerm> Terms() =>
    [
        Joint("x", 0, QuantityKind.JointPosition),
        Joint("v", 1, QuantityKind.JointVelocity),
        new TaskTerm { Name = "goal", Source = ObservationSource.Commanded, Treatment = TermTreatment.Static, Offset = 2, Dimension = 1 },
    ];

    private static TaskTerm Joint(string name, int offset, QuantityKind kind) => new()
    {
        Name = name,
        Source = ObservationSource.Measured,
        Treatment = TermTreatment.Predict,
        Offset = offset,
        Dimension = 1,
        Quantity = new Quantity(kind, ["rail"]),
    };

    private static ResetDistribution Starts() => new()
    {
        Joints = [new JointSpec("rail", JointKind.Slide, double.NegativeInfinity, double.PositiveInfinity)],
        StartPositions = [0],
        JointResets = [new JointReset([0], new BoxDistribution([-0.1], [0.1]), null, AddToStart: true)],
        Goals = [new GoalReset("goal", new BoxDistribution([0.5], [0.7]), null, [])],
    };
}
