using Robotics.Core.Errors;
using Robotics.Drivers.Simulation.Remote;
using Robotics.Testing;

namespace Robotics.Tests.Unit.Drivers;

public sealed class SimulatorSocketTests
{
    [Fact]
    public void Prepare_SocketsOfKilledProcesses_AreRemovedAndThoseInUseAreNot()
    {
        using var folder = new TemporaryFolder();
        string[] files = [folder.File("robot-2000000000.sock"), folder.File("robot-1.sock"), folder.File("robot-arm.sock")];
        foreach (var file in files)
            File.WriteAllText(file, "");

        var path = SimulatorSocket.Prepare(folder.Path);

        Assert.Equal(files[1..].Order(), Directory.GetFiles(folder.Path).Order());
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void Prepare_WhereNothingCanListen_SaysWhatToSet()
    {
        using var folder = new TemporaryFolder();

        Assert.Contains(
            "set TMPDIR to a folder that exists",
            Assert.Throws<UserErrorException>(() => SimulatorSocket.Prepare(folder.File("missing"))).Message, StringComparison.Ordinal);
        Assert.Contains(
            "at most 100 characters; set TMPDIR to a shorter folder",
            Assert.Throws<UserErrorException>(() => SimulatorSocket.Prepare(folder.File(new string('x', 100)))).Message,
            StringComparison.Ordinal);
    }
}
