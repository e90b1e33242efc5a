using FsCheck;
using FsCheck.Fluent;
using Robotics.Core.Errors;
using Robotics.Core.Links;
using Robotics.Core.Spaces;
using Robotics.Testing;

namespace Robotics.Tests.Unit.Core;

public sealed class SpacesTests
{
    [Fact]
    public void ToAction_OfToCommand_IsTheClampedAction()
    {
        var cases = from low in Gen.Choose(-1000, 999)
                    from width in Gen.Choose(1, 1000)
                    from action in Gen.Choose(-1500, 1500)
                    from measured in Gen.Choose(-300, 300)
                    from delta in Gen.Elements(ActionReference.Absolute, ActionReference.Delta)
                    select (low: low / 100.0, high: (low + width) / 100.0, action: action / 1000f, measured: measured / 100.0, delta);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var space = new ActionSpace([new ActionChannel("a", ActionMode.Position, c.delta, c.low, c.high)]);
            var (command, action) = (new double[1], new float[1]);
            space.ToCommand([c.action], [c.measured], command);
            space.ToAction(command, [c.measured], action);
            var offset = c.delta == ActionReference.Delta ? c.measured : 0;
            return Math.Abs(action[0] - Math.Clamp(c.action, -1, 1)) < 1e-5
                && command[0] >= c.low + offset - 1e-9 && command[0] <= c.high + offset + 1e-9;
        }).Check(Config.QuickThrowOnFailure.WithReplay(1, 3).WithQuietOnSuccess(true));
    }

    [Fact]
    public void ToCommand_NotANumber_StaysSoForTheGuard()
    {
        var space = new ActionSpace([new ActionChannel("a", ActionMode.Effort, ActionReference.Absolute, -1, 1)]);
        var command = new double[1];

        space.ToCommand([float.NaN], [0], command);

        Assert.True(double.IsNaN(command[0]));
    }

    [Fact]
    public void Hash_AnyDifference_Shows()
    {
        string HashOf(double high, ActionResampling resampling) =>
            new ActionSpace([new ActionChannel("a", ActionMode.Effort, ActionReference.Absolute, -1, high)], resampling).Hash;
        string ObservationHash(ElementEncoding encoding) =>
            new ObservationSpace([new ObservationElement("q", "rad", ObservationTreatment.Predict, encoding)]).Hash;

        Assert.Equal(HashOf(1, ActionResampling.Hold), HashOf(1, ActionResampling.Hold));
        Assert.Equal(
            3,
            new[] { HashOf(1, ActionResampling.Hold), HashOf(2, ActionResampling.Hold), HashOf(1, ActionResampling.Linear) }.Distinct()
                .Count());
        Assert.NotEqual(ObservationHash(ElementEncoding.Raw), ObservationHash(ElementEncoding.SineCosine));
    }

    [Fact]
    public void CommandFollower_DeltaOnOneOfTwoChannels_MovesItFromWhereItIsMeasured()
    {
        var robot = new InMemoryRobot(ActionMode.Position, ActionMode.Position);
        var space = new ActionSpace(
            [new ActionChannel("joint1", ActionMode.Position, ActionReference.Delta, -0.2, 0.2)], ActionResampling.Linear);
        var follower = new CommandFollower(space, robot.Spec);
        var state = new RobotState(2) { Positions = { [0] = 0.5, [1] = 1 } };
        var command = new double[2];
        follower.Start(state);

        follower.Begin([1f], state);
        follower.CommandAt(0.5, command);
        Assert.Equal([0.5, 1.1], command.Select(c => Math.Round(c, 9)));
        follower.CommandAt(1, command);
        Assert.Equal([0.5, 1.2], command.Select(c => Math.Round(c, 9)));

        state.Positions[1] = 1.15;
        follower.Begin([-1f], state);
        follower.CommandAt(0.5, command);
        Assert.Equal(1.075, command[1], 1e-6);
    }

    [Fact]
    public void CommandFollower_UnknownChannelOrOtherMode_IsRefused()
    {
        var robot = new InMemoryRobot(ActionMode.Position);
        ActionSpace Space(string name, ActionMode mode) => new([new ActionChannel(name, mode, ActionReference.Absolute, -1, 1)]);

        Assert.Contains(
            "joint0", Assert.Throws<UserErrorException>(() => new CommandFollower(Space("wrist", ActionMode.Position), robot.Spec)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "Effort", Assert.Throws<UserErrorException>(() => new CommandFollower(Space("joint0", ActionMode.Effort), robot.Spec)).Message,
            StringComparison.Ordinal);
    }
}
