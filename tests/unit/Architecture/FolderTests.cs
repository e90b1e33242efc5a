using System.Text.RegularExpressions;

namespace Robotics.Tests.Unit.Architecture;

/// <summary>Folders are namespaces: what stands in one is found by its name, and no two need each other.</summary>
public partial class FolderTests
{
    private const int MaximumFiles = 20;

    [Fact]
    public void Namespaces_EveryFile_FollowItsFolder()
    {
        var wrong = from file in Checkout.Sources("src")
                    let expected = NamespaceOf(file)
                    let match = Namespace().Match(File.ReadAllText(file))
                    where match.Success && match.Groups["name"].Value != expected
                    select $"{Checkout.Relative(file)} is in the namespace {match.Groups["name"].Value}; its folder asks for {expected}.";
        Assert.True(!wrong.Any(), string.Join("\n", wrong));
    }

    [Fact]
    public void Folders_EveryOne_HasAtMost20Files()
    {
        var crowded = Checkout.Sources("src").GroupBy(file => Path.GetDirectoryName(file)!)
            .Where(folder => folder.Count() > MaximumFiles)
            .Select(folder => $"{Checkout.Relative(folder.Key)} has {folder.Count()} files; "
                + $"above {MaximumFiles} a folder has more than one subject: split it.");
        Assert.True(!crowded.Any(), string.Join("\n", crowded));
    }

    [Fact]
    public void Folders_OfOneRoom_HaveNoCycle()
    {
        var uses = Checkout.Sources("src").GroupBy(NamespaceOf).ToDictionary(
            folder => folder.Key,
            folder => folder.SelectMany(file => Using().Matches(File.ReadAllText(file)).Select(match => match.Groups["name"].Value))
                .Where(name => name.StartsWith("Robotics.", StringComparison.Ordinal))
                .Where(name => name != folder.Key && RoomOf(name) == RoomOf(folder.Key))
                .ToHashSet(StringComparer.Ordinal),
            StringComparer.Ordinal);
        var cycles = from folder in uses.Keys
                     from next in uses[folder]
                     where Reaches(uses, next, folder)
                     select $"{folder} uses {next}, which uses it in turn.";
        Assert.True(!cycles.Any(), string.Join("\n", cycles));
    }

    private static string NamespaceOf(string file) =>
        "Robotics." + Path.GetDirectoryName(Path.GetRelativePath(Path.Combine(Checkout.Root, "src"), file))!.Replace('/', '.');

    private static string RoomOf(string name) => name.Split('.')[1];

    private static bool Reaches(Dictionary<string, HashSet<string>> uses, string from, string to)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var next = new Stack<string>([from]);
        while (next.TryPop(out var folder))
        {
            if (folder == to)
                return true;
            if (!seen.Add(folder))
                continue;
            foreach (var further in uses.GetValueOrDefault(folder, []))
                next.Push(further);
        }

        return false;
    }

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^using (?<name>Robotics[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Using();
}
