using Robotics.Configuration;
using Robotics.Drivers.Simulation;

namespace Robotics.Tests.Sim.World;

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
