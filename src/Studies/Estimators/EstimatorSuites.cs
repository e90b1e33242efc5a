using Robotics.Core.Errors;
using Robotics.Studies.Mechanism;

namespace Robotics.Studies.Estimators;

/// <summary>Every suite of <c>robot eval estimator</c>. Add yours here.</summary>
internal static class EstimatorSuites
{
    /// <summary>The suites, in the order in which the help lists them.</summary>
    public static IReadOnlyList<IEstimatorSuite> All { get; } =
        [new KalmanSuite(), new StructureSuite(), new CameraSuite(), new DropoutSuite(), new OpenLoopSuite(), new AvfSuite()];

    /// <summary>Finds a suite.</summary>
    /// <exception cref="UserErrorException">There is none of this name.</exception>
    public static IEstimatorSuite Find(string? name) => All.FirstOrDefault(s => s.Name == name)
        ?? throw new UserErrorException($"--suite takes {string.Join(", ", All.Select(s => s.Name))}, not '{name}'.");
}
