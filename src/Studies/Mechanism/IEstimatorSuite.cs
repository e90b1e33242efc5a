namespace Robotics.Studies.Mechanism;

/// <summary>A set of measurements of estimators; <c>robot eval estimator --suite NAME</c> runs it.</summary>
internal interface IEstimatorSuite
{
    /// <summary>Its name on the command line.</summary>
    string Name { get; }

    /// <summary>What it measures, in one sentence.</summary>
    string Summary { get; }

    /// <summary>Measures; tables and figures go to <paramref name="run"/>.</summary>
    Task RunAsync(SuiteRun run, CancellationToken cancellationToken);
}
