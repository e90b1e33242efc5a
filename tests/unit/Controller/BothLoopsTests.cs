using Robotics.Controller.Loops;
using Robotics.Controller.Planning;
using Robotics.Core.Links;
using Robotics.Core.Plans;
using Robotics.Core.Randomness;
using Robotics.Core.Spaces;
using Robotics.Core.Time;
using Robotics.StateEstimation.Tracking;
using Robotics.Testing;

namespace Robotics.Tests.Unit.Controller;

/// <summary>A velocity-controlled joint, x' = x + u/rate, is driven from 0 to 0.7 rad by the servo and the control loop together.</summary>
public sealed class BothLoopsTests
{
    private const double ControlRateHz = 20;

    [Fact]
    public async Task InLockStep_Twice_ReachTheGoalTheSameWay()
    {
        var first = await DriveInLockStep();
        var second = await DriveInLockStep();

        Assert.Equal(first, second);
        Assert.Equal(0.7, first[^1], 0.02);
    }

    [Fact]
    public async Task AgainstTheWall_OnTwoThreads_DriveAndEndAtRest()
    {
        var clock = new SystemClock();
        await using var robot = new InMemoryRobot(ActionMode.Velocity) { RecordsCommands = false, Clock = clock };
        var (servo, control) = await Make(robot, new WallPacer(clock), new WallPacer(clock), deadlines: true);
        var cores = new CorePlan().Resolve(1);

        using (var servoThread = new LoopThread(servo.Loop, cores.Servo with { FifoPriority = 0 }, servo.Stop))
        using (var controlThread = new LoopThread(control.Loop, cores.Control))
        {
            Assert.True(SpinWait.SpinUntil(() => control.Counters.Published >= 5, TimeSpan.FromSeconds(60)));
            controlThread.Stop();
            servoThread.Stop();
            Assert.Null(servoThread.Fault);
            Assert.Null(controlThread.Fault);
        }

        Assert.True(servo.Counters.Ticks(ServoMode.Following) > 0);
        Assert.True(robot.Positions[0] > 0);
        Assert.Equal(1, robot.Stops - servo.Counters.Ticks(ServoMode.Stopped));
    }

    private static async Task<double[]> DriveInLockStep()
    {
        await using var robot = new InMemoryRobot(ActionMode.Velocity) { RecordsCommands = false };
        var pacer = new SimulatedPacer(robot);
        var (servo, control) = await Make(robot, pacer, pacer, deadlines: false);
        var scheduler = new LockStepScheduler(servo, control);
        var path = new List<double>();
        scheduler.StartAt(MonotonicTime.Zero);
        for (var t = 0.1; t < 2; t += 0.1)
        {
            scheduler.RunUntil(MonotonicTime.FromSeconds(t), TestContext.Current.CancellationToken);
            path.Add(robot.Positions[0]);
        }

        Assert.Equal(control.Loop.Snapshot().Ticks, control.Counters.Published);
        return [.. path];
    }

    private static async Task<(ServoLoop Servo, ControlLoop Control)> Make(
        InMemoryRobot robot, IPacer servoPacer, IPacer controlPacer, bool deadlines)
    {
        var link = await robot.ActivateAsync();
        var space = new ActionSpace([new ActionChannel("joint0", ActionMode.Velocity, ActionReference.Absolute, -1, 1)]);
        var plans = new PlanMailbox(8, 1);
        var servo = new ServoLoop(link, space, plans, servoPacer, new ServoOptions { RateHz = 200 });
        var parts = new ControlParts
        {
            Reports = servo.Reports,
            Observations = new PositionSource(() => LinkStatus.Ok),
            Tracker = BeliefTracker.FromObservation(new SummingEstimator((float)(1 / ControlRateHz)), 1, 1),
            Planner = PlannerFactory.Create(
                new PlannerOptions { Horizon = 8, Population = 100, Elites = 10 }, new FunctionEvaluator(1, DistanceToGoal)
                {
                    RecordsPopulations = false,
                }, controlPacer.Clock),
            Plans = plans,
            Pacer = controlPacer,
            Key = RandomKey.FromSeed(5),
        };
        return (servo, new ControlLoop(parts, new ControlOptions { RateHz = ControlRateHz, Deadlines = deadlines }));
    }

    private static (float Return, float Disagreement) DistanceToGoal(ReadOnlySpan<float> actions, ReadOnlySpan<float> belief)
    {
        var (x, cost) = (belief[0], 0f);
        foreach (var u in actions)
        {
            x += u / (float)ControlRateHz;
            cost += ((x - 0.7f) * (x - 0.7f)) + (0.0001f * u * u);
        }

        return (-cost, 0);
    }
}
