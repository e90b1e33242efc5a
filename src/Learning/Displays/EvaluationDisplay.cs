using System.Globalization;
using Robotics.Data.Episodes;
using Robotics.Learning.Episodes;
using Robotics.Reporting.Output;

namespace Robotics.Learning.Displays;

/// <summary>Shows an evaluation: one progress bar over all episodes. One thread.</summary>
internal sealed class EvaluationDisplay(CommandOutput output, string title, int episodes) : IExperimentProgress, IDisposable
{
    private ProgressBar? _bar;
    private double _sum;
    private int _done;

    /// <inheritdoc/>
    public void Resumed(int lastTrial)
    {
        // An evaluation is never resumed.
    }

    /// <inheritdoc/>
    public void TrainingProgressed(int trial, double share)
    {
        // An evaluation never trains.
    }

    /// <inheritdoc/>
    public void StepTaken(in StepProgress step)
    {
        _bar ??= output.StartProgress(title, (long)episodes * step.Horizon);
        var note = _done == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"mean return {_sum / _done:F2}");
        _bar.Report(((long)step.Episode * step.Horizon) + step.Step, note);
    }

    /// <inheritdoc/>
    public void EpisodeEnded(Episode episode)
    {
        if (!episode.Counts)
            return;
        _done++;
        _sum += episode.Return;
    }

    /// <inheritdoc/>
    public void TrialEnded(TrialReport report)
    {
        // An evaluation has no trials.
    }

    /// <inheritdoc/>
    public void Dispose() => _bar?.Dispose();
}
