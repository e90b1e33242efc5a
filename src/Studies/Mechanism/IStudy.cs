namespace Robotics.Studies.Mechanism;

/// <summary>A set of measurements over several seeds, run by <c>robot eval model</c> or <c>robot eval estimator</c>.</summary>
internal interface IStudy
{
    /// <summary>Name after <c>--suite</c>.</summary>
    string Name { get; }

    /// <summary>Title of the report.</summary>
    string Title { get; }

    /// <summary>One sentence for the command's help.</summary>
    string Summary { get; }

    /// <summary>True if a stopped run can be resumed in its folder.</summary>
    bool IsResumable { get; }

    /// <summary>Runs the measurements and passes metrics, criteria, tables and plots to <paramref name="run"/>.</summary>
    Task RunAsync(StudyRun run, CancellationToken cancellationToken);
}
