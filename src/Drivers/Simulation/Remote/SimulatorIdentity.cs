using System.Globalization;
using Robotics.Core.Links;
using Robotics.Core.Spaces;
using Robotics.Drivers.Simulation.Mujoco;
using Robotics.Drivers.Simulation.World;

namespace Robotics.Drivers.Simulation.Remote;

/// <summary>Names what both ends of the simulator's channel must agree on; for set-up.</summary>
internal static class SimulatorIdentity
{
    public static string From(SimulatedWorld world) => From(world.Model, world.Robot.Spec, world.Options);

    public static string From(MujocoModel model, RobotSpec spec, SimulationOptions options) => SpaceHash.From(
        spec.Joints.Select(j => j.Name)
            .Concat(spec.Channels.Select(c => $"{c.Name} {c.Mode}"))
            .Concat(
                options.Cameras.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Name} {c.Render.Width} {c.Render.Height}")))
            .Append(model.StateSize.ToString(CultureInfo.InvariantCulture)));
}
