using System.Globalization;
using Robotics.Inference.Formats;
using Robotics.Studies.Forecasts;
using Robotics.Studies.Mechanism;

namespace Robotics.Studies.Estimators;

/// <summary>Trains with a progress bar.</summary>
internal static class TurningObjectTraining
{
    /// <summary>Trains a new model of the experiment.</summary>
    public static void TrainWithProgress(
        this TurningObjectExperiment study, StudyRun run, string title, SequenceModelOptions options, int overshooting,
        CancellationToken cancellationToken)
    {
        using var bar = run.Context.Output.StartProgress(title, study.Options.Updates);
        study.Train(
            options, TurningObjectExperiment.Training(study.Options.Updates, overshooting),
            (update, loss) => bar.Report(update, string.Create(CultureInfo.InvariantCulture, $"bound {loss.Elbo:F1}")),
            cancellationToken);
    }
}
