using Robotics.Configuration.Binding;
using Robotics.Configuration.Tasks;
using Robotics.Configuration.Yaml;
using Robotics.Controller.Planning;
using Robotics.Learning.Settings;
using Robotics.Tests.Unit.Architecture;
using Robotics.WorldModel.Ensembles;

namespace Robotics.Tests.Unit.Configuration;

/// <summary>The task files of the checkout, as far as they can be checked without a simulator.</summary>
public class ShippedTaskTests
{
    private static readonly string Folder = Path.Combine(Checkout.Root, "config", "tasks");

    public static TheoryData<string> Tasks => [.. Directory.GetFiles(Folder, "*.yaml").Select(f => Path.GetFileName(f)!)];

    [Theory]
    [MemberData(nameof(Tasks))]
    public void Sections_EveryTask_FitTheOptionsOfTheirRooms(string file)
    {
        var root = YamlReader.ReadFile(Path.Combine(Folder, file));
        var layers = OptionsBinder.Bind<EnsembleOptions>((root.Find("model")?.Value as YamlMapping)?.Find("ensemble")?.Value)
            .LayerDecay().Length;
        Assert.InRange(layers, 2, 9);
        Assert.InRange(OptionsBinder.Bind<PlannerOptions>(root.Find("planner")?.Value).Horizon, 1, 100);
        Assert.InRange(OptionsBinder.Bind<ReinforcementOptions>(root.Find("training")?.Value).Trials, 1, 1000);
    }

    [Theory]
    [MemberData(nameof(Tasks))]
    public void Load_EveryTask_IsNamedLikeItsFile(string file)
    {
        var isExternal = YamlReader.ReadFile(Path.Combine(Folder, file)).Find("mjcf")?.Value is YamlScalar { Text: "external" };
        var task = TaskDocument.Load(Path.Combine(Folder, file), mjcfPath: isExternal ? "given.xml" : null);
        Assert.Equal(file, $"{task.Name}.yaml");
    }
}
