using Robotics.Configuration.Resets;
using Robotics.Drivers.Simulation.Mujoco;
using Robotics.Drivers.Simulation.World;

namespace Robotics.Tests.Sim.Drivers;

/// <summary>Reset distributions for tests, which have no task file.</summary>
internal static class TestResets
{
    public static ResetDistribution From(string path, string? keyframe, IReadOnlyList<JointReset> joints)
    {
        using var model = MujocoModel.Load(path);
        var catalog = new MujocoModelCatalog(model);
        return new ResetDistribution
        {
            Keyframe = keyframe,
            Joints = catalog.Joints,
            StartPositions = catalog.StartPositions(keyframe),
            JointResets = joints,
        };
    }
}
