using Robotics.Configuration.Yaml;

namespace Robotics.Configuration.Renames;

/// <summary>
/// Reads files with old keys as if they had the new ones, and notes each use. A value is moved with its place in the file, so that errors
/// in it point there. Keys of an old section without a row of their own follow the section. Pure but for the notes; one thread.
/// </summary>
internal static class RenamedKeys
{
    /// <summary>Renamed keys of tasks and of settings that are laid over tasks; a section follows the keys that it contained.</summary>
    public static readonly IReadOnlyList<RenamedKey> Tasks =
    [
        new("latent.foresight.first_updates", "latent.rounds.first_updates"),
        new("latent.foresight.rounds", "latent.rounds.count"),
        new("latent.foresight.episodes_per_round", "latent.rounds.episodes"),
        new("latent.foresight.updates_per_round", "latent.rounds.updates"),
        new("latent.foresight.filter_updates_per_round", "latent.rounds.filter_updates"),
        new("latent.foresight.collect_beside", "latent.rounds.collect_concurrently"),
        new("latent.foresight.final_updates", "latent.rounds.final_updates"),
        new("latent.foresight.members", "latent.multi_step_dynamics.members"),
        new("latent.foresight", "latent.multi_step_dynamics"),
        new("latent.ensemble", "latent.belief_ensemble"),
        new("latent.imagination.method", "latent.behaviour.method"),
        new("latent.imagination", "latent.behaviour"),
    ];

    /// <summary>A file with its old keys renamed.</summary>
    /// <param name="root">The file.</param>
    /// <param name="table">The renamed keys.</param>
    /// <param name="uses">Receives each use of an old key.</param>
    /// <param name="errors">Receives keys that are given under both names.</param>
    public static YamlMapping Apply(YamlMapping root, IReadOnlyList<RenamedKey> table, ICollection<OldKeyUse> uses, ErrorList errors)
    {
        foreach (var key in table)
        {
            var (from, to) = (key.Old.Split('.'), key.New.Split('.'));
            if (Find(root, from) is not { } entry)
                continue;
            root = Remove(root, from);

            // What is left of a section whose keys all have a new place of their own.
            if (entry.Value is YamlMapping { Entries.Count: 0 } && uses.Any(u => u.Old.StartsWith(key.Old + ".", StringComparison.Ordinal)))
                continue;
            if (Find(root, to) is { } taken && (taken.Key.Former is null || entry.Value is not YamlMapping))
            {
                errors.Add(entry.Key, $"'{key.Old}' is the old name of '{key.New}', which is given too; give one of them");
                continue;
            }

            uses.Add(new OldKeyUse(entry.Key.Location, key.Old, $"'{key.New}'"));
            root = Insert(root, to, entry.Key, entry.Value);
        }

        return root;
    }

    private static YamlEntry? Find(YamlMapping root, ReadOnlySpan<string> path)
    {
        var entry = root.Find(path[0]);
        return path.Length == 1 ? entry : entry?.Value is YamlMapping inner ? Find(inner, path[1..]) : null;
    }

    private static YamlMapping Remove(YamlMapping root, ReadOnlySpan<string> path)
    {
        if (path.Length == 1)
            return root.Without(path[0]);
        var entry = root.Find(path[0])!;
        return root.With(entry with { Value = Remove((YamlMapping)entry.Value, path[1..]) });
    }

    /// <summary>Puts a value at a path; sections that are missing stand where the old key stands.</summary>
    private static YamlMapping Insert(YamlMapping root, ReadOnlySpan<string> path, YamlScalar old, YamlNode value)
    {
        if (path.Length == 1)
        {
            // A key of the section may have come before the rest of it.
            var rest = root.Find(path[0])?.Value is YamlMapping there && value is YamlMapping more ? there.Overlay(more) : value;
            return root.With(new YamlEntry(old.ReadAs(path[0]), rest));
        }

        var section = root.Find(path[0]);
        if (section is { Value: not YamlMapping })
            return root; // wrong as it stands, which the reader of the section says
        var inner = section?.Value as YamlMapping ?? new YamlMapping(old.Location, []);
        return root.With(new YamlEntry(section?.Key ?? old.ReadAs(path[0]), Insert(inner, path[1..], old, value)));
    }
}
