using Robotics.Studies.Ensembles;
using Robotics.Studies.Estimators;
using Robotics.Studies.Latent;
using Robotics.Studies.Mechanism;
using Robotics.Studies.OutOfDistribution;

namespace Robotics.Studies;

/// <summary>All studies, in the order in which the help lists them. Add yours here.</summary>
internal static class StudyCatalog
{
    /// <summary>Studies of <c>robot eval model</c>.</summary>
    public static IReadOnlyList<IStudy> Model { get; } =
        [new OutOfDistributionStudy(), new ExploitationStudy(), new KindsStudy(), new LatentStudy()];

    /// <summary>Studies of <c>robot eval estimator</c>.</summary>
    public static IReadOnlyList<IStudy> Estimator { get; } =
    [
        new KalmanStudy(), new PosteriorStructureStudy(), new CameraStudy(), new DropoutStudy(), new OpenLoopStudy(),
        new AmortizedFilteringStudy(),
    ];
}
