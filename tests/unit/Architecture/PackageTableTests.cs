using System.Xml.Linq;

namespace Robotics.Tests.Unit.Architecture;

/// <summary>The script's table of packages is the one that counts; what a build error names must be in it.</summary>
public class PackageTableTests
{
    [Fact]
    public void NativePackages_OfEveryRoom_AreInTheScriptsTable()
    {
        var script = File.ReadLines(Path.Combine(Checkout.Root, "robot"));
        var line = script.Single(text => text.Contains("local ours=", StringComparison.Ordinal));
        var table = line.Split('\'')[1].Split([' ', '|']);
        var unknown = from room in Checkout.Rooms
                      from element in XDocument.Load(room.Value).Descendants("NativePackages")
                      from package in element.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                      where !table.Contains(package)
                      select $"{Checkout.Relative(room.Value)} names the package {package}, "
                          + "which the table in the script robot does not install.";
        Assert.True(!unknown.Any(), string.Join("\n", unknown));
    }
}
