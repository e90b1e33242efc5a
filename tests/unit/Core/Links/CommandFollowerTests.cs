using Robotics.Core.Links;
using Robotics.Core.Spaces;
using Robotics.Core.Terms;

namespace Robotics.Tests.Unit.Core;

public sealed class CommandFollowerTests
{
    private static readonly RobotSpec Spec = new(
        "robot",
        [new JointSpec("arm", JointKind.Hinge, -2, 2), new JointSpec("lid", JointKind.Hinge, -2, 2)],
        [
            new CommandChannel("arm", 0, ActionMode.Velocity, -2, 2, StartCommand: 1),
            new CommandChannel("lid", 1, ActionMode.Position, -2, 2),
            new CommandChannel("lock", 1, ActionMode.Position, -2, 2, StartCommand: 0.7),
            new CommandChannel("grip", -1, ActionMode.Effort, 0, 255, StartCommand: 255),
            new CommandChannel("fan", -1, ActionMode.Velocity, -5, 5),
        ],
        CommandLossBehaviour.Stops,
        0.1);

    [Fact]
    public void CommandAt_ChannelsThatNobodyCommands_KeepWhatTheyStartedWith()
    {
        var space = new ActionSpace([new ActionChannel("arm", ActionMode.Velocity, ActionReference.Absolute, -2, 2)]);
        var follower = new CommandFollower(space, Spec);
        var (state, command) = (new RobotState(2), new double[5]);
        (state.Positions[0], state.Positions[1]) = (0.1, 0.3);

        follower.Start(state);
        follower.CommandAt(1, command);
        Assert.Equal([0, 0.3, 0.7, 255, 0], command);

        state.Positions[1] = 0.5;
        follower.Begin([0.5f], state);
        follower.CommandAt(1, command);
        Assert.Equal([1, 0.3, 0.7, 255, 0], command);
        Assert.Equal([true, false, false, false, false], Enumerable.Range(0, 5).Select(follower.IsCommanded));
    }
}
