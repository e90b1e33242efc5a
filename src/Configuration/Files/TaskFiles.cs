using Robotics.Core.Errors;

namespace Robotics.Configuration.Files;

/// <summary>Finds a task's file: a path, or the name of a task in <c>config/tasks</c>.</summary>
public static class TaskFiles
{
    /// <summary>The file that <paramref name="task"/> means.</summary>
    /// <exception cref="UserErrorException">There is none; the message lists the tasks that there are.</exception>
    public static string Find(string task)
    {
        if (File.Exists(task))
            return Path.GetFullPath(task);
        var folder = Path.Combine(RepositoryFolder.Find(), "config", "tasks");
        var path = Path.Combine(folder, task + ".yaml");
        if (File.Exists(path))
            return path;
        var known = Directory.Exists(folder)
            ? string.Join(", ", Directory.EnumerateFiles(folder, "*.yaml").Select(Path.GetFileNameWithoutExtension).Order())
            : "none";
        throw new UserErrorException($"there is no task '{task}': give the path of a task's YAML file, or one of these names: {known}.");
    }
}
