using System.Globalization;
using Robotics.Inference.Formats;
using Robotics.Studies.Forecasts;
using Robotics.Studies.Mechanism;

namespace Robotics.Studies.Estimators;

/// <summary>Trains with a progress bar.</summary>
internal static class TurningObjectTraining
{
    /// <summary>Trains a model of the study anew.</summary>
    public static void TrainWithProgress(
        this TurningObjectExperiment study, StudyRun run, string title, SequenceModelOptions options, int overshooting, CancellationToken cancellationToken)
    {
        using var bar = run.Context.Output.StartProgress(title, study.Effort.Updates);
        study.Train(options, TurningObjectExperiment.Training(study.Effort.Updates, overshooting), (update, loss) => bar.Report(update, string.Create(CultureInfo.InvariantCulture, $"bound {loss.Elbo:F1}")), cancellationToken);
    }
}
