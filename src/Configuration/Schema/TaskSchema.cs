using System.Text.Json.Nodes;
using Robotics.Configuration.Pipelines;
using Robotics.Configuration.Robots;
using Robotics.Configuration.Tasks;

namespace Robotics.Configuration.Schema;

/// <summary>The JSON schemas of the files that people write, for editors. Pure; thread-safe.</summary>
public static class TaskSchema
{
    private const string Dialect = "https://json-schema.org/draft/2020-12/schema";

    /// <summary>The schema of a task's file.</summary>
    /// <param name="sections">The options of the sections that others bind, as for <see cref="TaskDocument.Load"/>.</param>
    public static JsonObject Build(IReadOnlyDictionary<string, Type> sections) => Complete(typeof(TaskShape), "A task", sections);

    /// <summary>The schema of a file whose sections are laid over a task's.</summary>
    /// <param name="sections">As for <see cref="Build"/>.</param>
    public static JsonObject BuildOverlay(IReadOnlyDictionary<string, Type> sections)
    {
        var schema = Complete(typeof(TaskShape), "Settings that are laid over a task's", sections);
        var properties = schema["properties"]!.AsObject();
        foreach (var key in properties.Select(p => p.Key).Except(TaskDocument.OverlayKeys).ToList())
            properties.Remove(key);
        schema.Remove("required");
        return schema;
    }

    /// <summary>The schema of a pipeline's file.</summary>
    /// <param name="sections">As for <see cref="Build"/>; those that a pipeline lays over its task are taken.</param>
    public static JsonObject BuildPipeline(IReadOnlyDictionary<string, Type> sections) =>
        Complete(typeof(PipelineShape), "A pipeline", sections.Where(s => PipelineDocument.LaidOverTheTask.Contains(s.Key)).ToDictionary());

    /// <summary>The schema of a robot's file.</summary>
    /// <remarks>The keys of <c>connection</c> depend on the driver; those of poses are the joints' names.</remarks>
    public static JsonObject BuildRobot()
    {
        var schema = OptionsSchema.Build(typeof(RobotOptions));
        var properties = schema["properties"]!.AsObject();
        foreach (var key in new[] { "connection", "home" })
        {
            var free = new JsonObject { ["description"] = properties[key]!["description"]!.DeepClone(), ["type"] = "object" };
            if (key != "connection")
                free["additionalProperties"] = new JsonObject { ["type"] = "number" };
            properties[key] = free;
        }

        return Titled(schema, "A robot");
    }

    private static JsonObject Titled(JsonObject schema, string title)
    {
        schema.Insert(0, "title", title);
        schema.Insert(0, "$schema", Dialect);
        return schema;
    }

    private static JsonObject Complete(Type shape, string title, IReadOnlyDictionary<string, Type> sections)
    {
        var schema = OptionsSchema.Build(shape);
        var properties = schema["properties"]!.AsObject();
        foreach (var (key, type) in sections)
        {
            var section = OptionsSchema.Build(type);
            if (properties[key]?["description"] is { } summary)
                section.Insert(0, "description", summary.DeepClone());
            properties[key] = section;
        }

        properties["schema"]!["const"] = TaskDocument.SchemaVersion;
        return Titled(schema, title);
    }
}
