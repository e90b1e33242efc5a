using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Robotics.Cli.Shell;
using Robotics.Configuration.Files;
using Robotics.Configuration.Schema;
using Robotics.Data.Storage;
using Robotics.Learning.Sessions;

namespace Robotics.Cli.Commands;

/// <summary><c>robot schema</c>: writes the JSON schemas of task, pipeline and robot files, for editors.</summary>
internal static class SchemaCommand
{
    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Creates the command.</summary>
    public static Command Create(RobotCommandLine line) =>
        line.Create("schema", "Write the JSON schemas of task, pipeline and robot files, for editors [default: into config/schema].", Run);

    /// <summary>The schemas by the names of their files.</summary>
    internal static IReadOnlyDictionary<string, JsonObject> Build() => new Dictionary<string, JsonObject>
    {
        ["task.schema.json"] = TaskSchema.Build(LearningSession.Sections),
        ["settings.schema.json"] = TaskSchema.BuildOverlay(LearningSession.Sections),
        ["pipeline.schema.json"] = TaskSchema.BuildPipeline(LearningSession.Sections),
        ["robot.schema.json"] = TaskSchema.BuildRobot(),
    };

    private static Task<int> Run(CommandContext context, CancellationToken cancellationToken)
    {
        var folder = context.OutPath ?? Path.Combine(RepositoryFolder.Find(), "config", "schema");
        WritableFolder.Ensure(folder);
        foreach (var (name, schema) in Build())
        {
            var path = Path.Combine(folder, name);
            AtomicFile.WriteText(path, schema.ToJsonString(Format) + "\n");
            context.Output.Line(path);
        }

        return Task.FromResult(0);
    }
}
