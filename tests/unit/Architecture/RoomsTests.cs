using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace Robotics.Tests.Unit.Architecture;

/// <summary>Holds the rooms to their arrows; docs/architecture.md draws them.</summary>
public class RoomsTests
{
    private static readonly Dictionary<string, string[]> Arrows = new(StringComparer.Ordinal)
    {
        ["Core"] = [],
        ["Configuration"] = ["Core"],
        ["Data"] = ["Core"],
        ["TorchExtras"] = ["Core"],
        ["Inference"] = ["Core", "Data"],
        ["Drivers"] = ["Core", "Configuration"],
        ["StateEstimation"] = ["Core", "Configuration", "Data", "Inference"],
        ["Controller"] = ["Core", "Inference"],
        ["Runtime"] = ["Core", "Configuration", "Data", "Inference", "Drivers", "StateEstimation", "Controller"],
        ["Reporting"] = ["Core", "Data"],
        ["SequenceModels"] = ["Core", "Data", "Inference", "TorchExtras"],
        ["WorldModel"] = ["Core", "Data", "Inference", "SequenceModels", "TorchExtras"],
        ["Learning"] =
        [
            "Core", "Configuration", "Data", "Inference", "Drivers", "StateEstimation", "Controller", "Runtime", "Reporting",
            "SequenceModels", "WorldModel", "TorchExtras",
        ],
        ["Studies"] =
        [
            "Core", "Configuration", "Data", "Inference", "Drivers", "StateEstimation", "Controller", "Runtime", "Reporting",
            "SequenceModels", "WorldModel", "TorchExtras", "Learning",
        ],
    };

    /// <summary>The composition root, which may know every room.</summary>
    private const string CompositionRoot = "Cli";

    [Fact]
    public void Rooms_AllFolders_AreOnTheMap()
    {
        var unknown = Checkout.Rooms.Keys.Where(room => room != CompositionRoot && !Arrows.ContainsKey(room)).ToArray();
        Assert.True(
            unknown.Length == 0,
            $"src/{string.Join(", src/", unknown)} is no known room; give it its arrows in RoomsTests and in docs/architecture.md.");
    }

    [Fact]
    public void ProjectReferences_EveryRoom_FollowTheArrows()
    {
        var defects = from room in Checkout.Rooms
                      where room.Key != CompositionRoot
                      from reference in XDocument.Load(room.Value).Descendants("ProjectReference")
                      let target = Path.GetFileName(Path.GetDirectoryName(reference.Attribute("Include")!.Value.Replace('\\', '/')))
                      where !Allowed(room.Key).Contains(target)
                      select Sentence(room.Key, target, Checkout.Relative(room.Value));
        Assert.True(!defects.Any(), string.Join("\n", defects));
    }

    [Fact]
    public void Assemblies_EveryRoom_FollowTheArrows()
    {
        var roomOf = Checkout.Rooms.ToDictionary(room => Checkout.AssemblyName(room.Value), room => room.Key, StringComparer.Ordinal);
        var defects = from room in Checkout.Rooms
                      where room.Key != CompositionRoot
                      let file = Path.Combine(AppContext.BaseDirectory, Checkout.AssemblyName(room.Value) + ".dll")
                      where File.Exists(file)
                      from reference in References(file)
                      where roomOf.ContainsKey(reference) && !Allowed(room.Key).Contains(roomOf[reference])
                      select Sentence(room.Key, roomOf[reference], Path.GetFileName(file));
        Assert.True(!defects.Any(), string.Join("\n", defects));
    }

    [Fact]
    public void Packages_CommandLineLibrary_IsKnownToTheCompositionRootOnly()
    {
        var defects = from room in Checkout.Rooms
                      where room.Key != CompositionRoot
                      from package in XDocument.Load(room.Value).Descendants("PackageReference")
                      where package.Attribute("Include")?.Value == "System.CommandLine"
                      select $"src/{room.Key} references System.CommandLine; only src/{CompositionRoot} speaks to the command line.";
        Assert.True(!defects.Any(), string.Join("\n", defects));
    }

    [Fact]
    public void Arrows_TheMap_HasNoCycle()
    {
        foreach (var room in Arrows.Keys)
            Assert.False(Reaches(room, room), $"the arrows lead from {room} back to {room}.");
    }

    [Theory]
    [InlineData("Runtime")]
    [InlineData("Reporting")]
    [InlineData("StateEstimation")]
    [InlineData("Inference")]
    public void Closure_OfARunningRoom_HoldsNoTorchSharp(string room)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var next = new Stack<string>([room]);
        while (next.TryPop(out var current))
        {
            if (!seen.Add(current))
                continue;
            var file = Path.Combine(AppContext.BaseDirectory, Checkout.AssemblyName(Checkout.Rooms[current]) + ".dll");
            var references = References(file);
            Assert.DoesNotContain("TorchSharp", references);
            foreach (var reference in references.Where(r => r.StartsWith("Robotics.", StringComparison.Ordinal)))
                next.Push(reference["Robotics.".Length..]);
        }

        Assert.Contains("Core", seen);
    }

    private static string[] Allowed(string room) => Arrows.GetValueOrDefault(room, []);

    private static bool Reaches(string from, string to) => Arrows[from].Any(next => next == to || Reaches(next, to));

    private static string Sentence(string room, string? target, string where)
    {
        var arrows = Allowed(room) is { Length: > 0 } allowed ? string.Join(", ", allowed) : "nothing";
        return $"{where}: {room} must not know {target}; its arrows lead to {arrows} only.";
    }

    private static string[] References(string file)
    {
        using var stream = File.OpenRead(file);
        using var image = new PEReader(stream);
        var metadata = image.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
    }
}
