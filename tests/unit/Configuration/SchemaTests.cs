using System.Text.Json.Nodes;
using Robotics.Cli.Commands;
using Robotics.Configuration.Binding;
using Robotics.Configuration.Files;
using Robotics.Configuration.Pipelines;
using Robotics.Configuration.Tasks;
using Robotics.Configuration.Yaml;
using Robotics.Learning.Settings;

namespace Robotics.Tests.Unit.Configuration;

public class SchemaTests
{
    private static readonly string Folder = Path.Combine(RepositoryFolder.Find(), "config");

    public static TheoryData<string, string> Files()
    {
        var data = new TheoryData<string, string>();
        (string, string)[] kinds =
            [("tasks", "task"), ("pipelines", "pipeline"), ("overlays/published", "settings"), ("robots", "robot")];
        foreach (var (folder, schema) in kinds)
        {
            foreach (var path in Directory.GetFiles(Path.Combine(Folder, folder), "*.yaml"))
                data.Add(Path.GetRelativePath(Folder, path), schema);
        }

        return data;
    }

    [Theory]
    [InlineData("task.schema.json")]
    [InlineData("settings.schema.json")]
    [InlineData("pipeline.schema.json")]
    [InlineData("robot.schema.json")]
    public void Build_EachFile_EqualsTheCommittedOne(string name)
    {
        var (committed, built) = (Read(name), SchemaCommand.Build()[name]);

        Assert.True(JsonNode.DeepEquals(committed, built), $"config/schema/{name} is stale; run ./robot schema.");
    }

    [Fact]
    public void Build_Shapes_HaveTheKeysThatTheReadersKnow()
    {
        Assert.Equal(TaskDocument.Keys.Order(), Keys(Read("task.schema.json")));
        Assert.Equal(PipelineDocument.Keys.Order(), Keys(Read("pipeline.schema.json")));
        Assert.Equal(
            [.. ActionResolver.ChannelKeys.Concat(["channels", "resampling"]).Order()],
            Keys(Read("task.schema.json")["properties"]!["action"]!));
        Assert.Equal(ObservationResolver.Keys.Order(), Keys(Read("task.schema.json")["properties"]!["observation"]!["items"]!));
        Assert.Equal(OptionsBinder.KnownKeys<EstimatorSettings>().Order(), Keys(Read("task.schema.json")["properties"]!["estimator"]!));
        Assert.Equal(OptionsBinder.KnownKeys<SimulationSettings>().Order(), Keys(Read("task.schema.json")["properties"]!["simulation"]!));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Build_ShippedFile_KeepsToIts(string path, string schema) =>
        Assert.Empty(Problems(YamlReader.ReadFile(Path.Combine(Folder, path)), Read($"{schema}.schema.json"), ""));

    [Fact]
    public void Build_WrongFile_IsFound()
    {
        var task = YamlReader.ReadText("schema: 1\nplaner: {}\nplanner: {kind: cem2, horizon: 0}\nhorizon_steps: ten", "f");

        Assert.Equal(
            ["/planer unknown", "/planner/kind none of the words", "/planner/horizon out of range", "/horizon_steps no integer"],
            Problems(task, Read("task.schema.json"), ""));
    }

    private static JsonNode Read(string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "schema", name)))!;

    private static IEnumerable<string> Keys(JsonNode schema) => schema["properties"]!.AsObject().Select(p => p.Key).Order();

    private static JsonNode? WithoutDescriptions(JsonNode? node) => node switch
    {
        JsonObject o => new JsonObject(o
            .Where(p => p.Key != "description" || p.Value is JsonObject)
            .Select(p => KeyValuePair.Create(p.Key, WithoutDescriptions(p.Value)))),
        JsonArray a => new JsonArray([.. a.Select(WithoutDescriptions)]),
        _ => node?.DeepClone(),
    };

    /// <summary>As much of a validator as the schemas use.</summary>
    private static IEnumerable<string> Problems(YamlNode node, JsonNode schema, string path) => node switch
    {
        YamlMapping mapping => mapping.Entries.SelectMany(e => (schema["properties"]?[e.Key.Text], schema["additionalProperties"]) switch
        {
            ({ } known, _) => Problems(e.Value, known, $"{path}/{e.Key.Text}"),
            (null, JsonValue) => [$"{path}/{e.Key.Text} unknown"],
            (null, JsonObject any) => Problems(e.Value, any, $"{path}/{e.Key.Text}"),
            _ => [],
        }),
        YamlSequence list => schema["type"] is { } type && type.GetValue<string>() != "array"
            ? [$"{path} no {type}"]
            : list.Items.SelectMany((item, i) => schema["items"] is { } items ? Problems(item, items, $"{path}/{i}") : []),
        YamlScalar scalar => Problem(scalar.Text, schema) is { } problem ? [$"{path} {problem}"] : [],
        _ => [],
    };

    private static string? Problem(string text, JsonNode schema)
    {
        if (schema["enum"] is JsonArray words)
            return words.Any(w => w!.GetValue<string>() == text) ? null : "none of the words";
        var number = double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var value) ? value : double.NaN;
        return schema["type"]?.GetValue<string>() switch
        {
            "integer" when number != Math.Floor(number) || double.IsNaN(number) => "no integer",
            "number" when double.IsNaN(number) && text is not (".inf" or "inf") => "no number",
            "boolean" when text is not ("true" or "false") => "no truth value",
            "object" or "array" => "no scalar expected",
            "integer" or "number" when number < (schema["minimum"]?.GetValue<double>() ?? number) => "out of range",
            "integer" or "number" when number > (schema["maximum"]?.GetValue<double>() ?? number) => "out of range",
            _ => null,
        };
    }
}
