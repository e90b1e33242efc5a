using Robotics.Configuration.Tasks;
using Robotics.Core.Errors;
using Robotics.Drivers.Simulation.Mujoco;
using Robotics.Drivers.Simulation.World;

namespace Robotics.Tests.Sim.Learning;

/// <summary>Tasks of a few lines for models that a test writes.</summary>
internal static class SmallTask
{
    /// <summary>Resolves a task against a model.</summary>
    /// <param name="model">The model's file.</param>
    /// <param name="action">Contents of the section <c>action:</c>.</param>
    /// <param name="observation">Contents of the section <c>observation:</c>.</param>
    /// <param name="further">Further keys.</param>
    public static TaskDefinition Resolve(string model, string action, string observation, string further = "reward: '0'")
    {
        var text = $"""
            schema: 1
            name: small
            mjcf: model.xml
            privileged: true
            control_rate_hz: 50
            horizon_steps: 20
            action: {action}
            observation: {observation}
            {further}
            """;
        using var mujoco = MujocoModel.Load(model);
        return TaskDocument.FromText(text, "task.yaml", mjcfPath: model).Resolve(new MujocoModelCatalog(mujoco));
    }

    /// <summary>The message with which a task is refused.</summary>
    public static string Refusal(string model, string action, string observation, string further = "reward: '0'") =>
        Assert.ThrowsAny<UserErrorException>(() => Resolve(model, action, observation, further)).Message;
}
