using Robotics.Core.Errors;
using Robotics.Drivers.Simulation.Mujoco;

namespace Robotics.Drivers.Simulation.World;

/// <summary>The controls with which episodes start, before anybody commands; for set-up.</summary>
internal static class StartControls
{
    /// <summary>[actuators], in the units of ctrl; NaN where a servo holds its joint wherever the episode puts it.</summary>
    /// <exception cref="UserErrorException">There is no such keyframe.</exception>
    public static double[] From(MujocoModel model, SimulationOptions options)
    {
        using var data = new MujocoData(model);
        _ = data.Reset(EpisodeStart.KeyframeId(model, options.Reset is { } reset ? reset.Keyframe : options.Keyframe));
        var controls = data.Controls.ToArray();

        // A keyframe without controls gives zeros, towards which every servo would pull.
        var hasControls = controls.Any(c => c != 0);
        foreach (var actuator in model.Actuators)
        {
            if (actuator.Control != MujocoControl.Position || actuator.Joint < 0)
                continue;
            var standing = data.Coordinates[model.Joints[actuator.Joint].PositionAddress] * actuator.Scale;
            var isCommanded = options.Commanded?.Contains(actuator.Name) ?? true;
            if (isCommanded || !hasControls || Math.Abs(controls[actuator.Id] - standing) < 1e-9)
                controls[actuator.Id] = double.NaN;
        }

        return controls;
    }
}
