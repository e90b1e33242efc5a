using System.Runtime.InteropServices;
using Robotics.Cli.Shell;
using Robotics.Configuration.Yaml;
using Robotics.Core.Errors;
using Robotics.Data.Storage;

namespace Robotics.Tests.Unit.Cli;

public partial class ErrorSentenceTests
{
    [Fact]
    public void For_FullDisk_NamesThePath()
    {
        var error = Assert.ThrowsAny<IOException>(() => File.WriteAllText("/dev/full", "text"));
        Assert.Equal(
            "the disk is full while writing /dev/full; free some space, or choose another folder with --out.", ErrorSentence.For(error));
    }

    [Fact]
    public void For_MissingFile_NamesThePath()
    {
        var error = Assert.ThrowsAny<IOException>(() => File.ReadAllText("/nowhere/robot.yaml"));
        Assert.Equal("the folder of /nowhere/robot.yaml does not exist; check the path.", ErrorSentence.For(error));
    }

    [Fact]
    public void For_FolderInsteadOfFile_NamesThePath()
    {
        var error = Assert.Throws<UnauthorizedAccessException>(() => File.WriteAllText("/proc", "text"));
        Assert.StartsWith("/proc cannot be opened", ErrorSentence.For(error));
    }

    [Fact]
    public void For_MissingNativeLibrary_NamesItAndTheWayOut()
    {
        var error = Assert.Throws<DllNotFoundException>(() => Missing());
        var sentence = ErrorSentence.For(new TypeInitializationException("Native", error));
        Assert.StartsWith("the native library robotics-missing could not be loaded; ", sentence);
        Assert.DoesNotContain("\n", sentence);
    }

    [Fact]
    public void For_MistakesInASettingsFile_KeepsOneLineEach() =>
        Assert.Equal(
            "a.yaml:1:2: one\na.yaml:3:4: two", ErrorSentence.For(new ConfigurationException(["a.yaml:1:2: one", "a.yaml:3:4: two"])));

    [Fact]
    public void For_Surprise_IsNull() => Assert.Null(ErrorSentence.For(new InvalidOperationException("gears")));

    [Fact]
    public void Ensure_UnwritableFolder_SaysWhichAndWhatToDo()
    {
        var error = Assert.Throws<UserErrorException>(() => WritableFolder.Ensure("/proc/none/runs"));
        Assert.StartsWith("the folder /proc/none/runs cannot be written", error.Message);
        Assert.Contains("--out", error.Message);
    }

    [LibraryImport("robotics-missing", EntryPoint = "missing")]
    private static partial int Missing();
}
