using Robotics.Configuration.Yaml;

namespace Robotics.Configuration.Renames;

/// <summary>A key of configuration files that has another name or place by now. Immutable.</summary>
/// <param name="Old">Old path from the top of the file, names separated by dots.</param>
/// <param name="New">New path in the same section.</param>
internal sealed record RenamedKey(string Old, string New);

/// <summary>A place where a file uses an old key. Immutable.</summary>
/// <param name="At">Place of the key.</param>
/// <param name="Old">The old path, with the value where only that value is old.</param>
/// <param name="New">Replacement.</param>
internal sealed record OldKeyUse(SourceLocation At, string Old, string New)
{
    /// <summary>Version that still reads the old keys of the version before.</summary>
    private const string LastVersion = "0.2";

    /// <summary>The warning for the user, without a full stop.</summary>
    public string Warning => $"{At}: '{Old}' is now {New}; version {LastVersion} is the last to read the old key";
}
