using Robotics.Configuration.Binding;
using Robotics.Configuration.Expressions;
using Robotics.Configuration.Tasks;
using Robotics.Controller.Planning;
using Robotics.Core.Links;
using Robotics.Core.Models;
using Robotics.Core.Spaces;
using Robotics.Core.Terms;
using Robotics.Learning.Settings;
using Robotics.Tests.Unit.Architecture;
using Robotics.WorldModel.Ensembles;
using Robotics.WorldModel.Latent;

namespace Robotics.Tests.Unit.Configuration;

/// <summary>Claims of the documentation pages about tasks.</summary>
public class TaskDocumentationTests
{
    private static readonly string Reference = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "tasks.md"));

    [Fact]
    public void Reference_EveryFunctionAndSetting_IsDocumented()
    {
        var words = ExpressionFunctions.Names
            .Concat(OptionsBinder.KnownKeys<SimulationSettings>())
            .Concat(OptionsBinder.KnownKeys<CameraSettings>())
            .Concat(OptionsBinder.KnownKeys<PlannerOptions>())
            .Concat(OptionsBinder.KnownKeys<EnsembleOptions>())
            .Concat(OptionsBinder.KnownKeys<ReinforcementOptions>())
            .Concat(OptionsBinder.KnownKeys<LatentOptions>())
            .Concat(OptionsBinder.KnownKeys<MultiStepDynamicsOptions>())
            .Concat(OptionsBinder.KnownKeys<RoundsOptions>())
            .Concat(OptionsBinder.KnownKeys<PublishedReturns>())
            .Concat(TaskDocument.Keys);
        Assert.DoesNotContain(words, w => !Reference.Contains($"`{w}", StringComparison.Ordinal));
    }

    [Fact]
    public void MyRobot_ExampleTask_Resolves()
    {
        var page = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "my-robot.md"));
        var yaml = page.Split("```yaml\n")[1].Split("```")[0];
        var robot = new FakeModelCatalog
        {
            TimestepSeconds = 0.002,
            Joints = [new JointSpec("shoulder", JointKind.Hinge, -2, 2), new JointSpec("elbow", JointKind.Hinge, -2, 2)],
            Actuators =
            [
                new ActuatorSpec("shoulder", "shoulder", ActionMode.Position, -2, 2),
                new ActuatorSpec("elbow", "elbow", ActionMode.Position, -2, 2),
            ],
            Sites = ["tip"],
            PlaceableBodies = ["goal"],
            Chains = FakeModelCatalog.Arm().Chains,
        }.WithKeyframe("home", 0.3, 0.2);
        var task = TaskText.Resolve(yaml, robot);
        Assert.Equal((25, 7), (task.PhysicsStepsPerControl, task.Observations.Dimension));
    }
}
