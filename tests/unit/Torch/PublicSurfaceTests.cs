using System.Reflection;
using System.Runtime.Loader;
using TorchSharp;

namespace Robotics.Tests.Unit.Torch;

/// <summary>
/// Our binding must not offer anything that TorchSharp does not. The list beside this file is what we offer; the
/// environment variable TORCHSHARP_REFERENCE names an assembly of TorchSharp 0.105.2 to hold it against.
/// </summary>
public class PublicSurfaceTests
{
    private static readonly string ListFile = Path.Combine(AppContext.BaseDirectory, "Torch", "PublicSurface.txt");

    [Fact]
    public void PublicSurface_OfTheAssemblyInUse_ContainsTheList()
    {
        var usable = ApiSurface.Usable(typeof(torch).Assembly).ToHashSet();
        var missing = File.ReadLines(ListFile).Where(line => !usable.Contains(line)).ToList();
        Assert.True(missing.Count == 0, "gone from the surface:\n" + string.Join("\n", missing));
    }

    [Fact]
    public void PublicSurface_OfOurBinding_IsTheList()
    {
        var binding = typeof(torch).Assembly;
        if (binding.GetType("TorchSharp.Operator") is null) return;
        var actual = ApiSurface.Own(binding).Distinct().Order(StringComparer.Ordinal).ToList();
        var found = Path.Combine(AppContext.BaseDirectory, "Torch", "PublicSurface.actual.txt");
        File.WriteAllLines(found, actual);
        var added = actual.Except(File.ReadLines(ListFile)).ToList();
        Assert.True(added.Count == 0, "new in the surface; check each against TorchSharp with TORCHSHARP_REFERENCE, then take over " + found + ":\n" + string.Join("\n", added));
    }

    [Fact]
    public void PublicSurface_EveryLine_ExistsInTorchSharp()
    {
        if (Environment.GetEnvironmentVariable("TORCHSHARP_REFERENCE") is not { Length: > 0 } path) return;
        var context = new AssemblyLoadContext("reference", isCollectible: true);
        var usable = ApiSurface.Usable(context.LoadFromAssemblyPath(Path.GetFullPath(path))).ToHashSet();
        var ours = ApiSurface.Own(typeof(torch).Assembly).Distinct();
        var extra = ours.Where(line => !usable.Contains(line)).Order(StringComparer.Ordinal).ToList();
        Assert.True(extra.Count == 0, "not in TorchSharp:\n" + string.Join("\n", extra));
    }
}
