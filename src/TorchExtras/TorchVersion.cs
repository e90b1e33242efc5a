using Robotics.Core.Errors;

namespace Robotics.TorchExtras;

/// <summary>Holds a training to the version of libtorch that it was begun with: another one rounds differently.</summary>
public static class TorchVersion
{
    /// <summary>The key under which files keep the version.</summary>
    public const string Key = "libtorch";

    /// <summary>Refuses to go on with a training of another version.</summary>
    /// <param name="kept">The version that a file names; null in files of 0.1.0, which used the system's libtorch.</param>
    /// <param name="place">The run's or the model's folder, for the message.</param>
    /// <exception cref="UserErrorException">It is another than this program's.</exception>
    public static void Require(string? kept, string place)
    {
        if (kept == TorchProcess.Version)
            return;
        var version = kept is null ? "an older libtorch (the system's, 1.13 on Debian 12 or 2.6 on Debian 13)" : $"libtorch {kept}";
        throw new UserErrorException(
            $"the training in {place} was begun with {version}, and this program has libtorch {TorchProcess.Version}, "
            + "with which it would not give the same numbers: it can be evaluated and run as it is; to train, begin anew in another "
            + "folder with --out.");
    }
}
