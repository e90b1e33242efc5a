using System.Globalization;
using Robotics.Core.Time;
using Robotics.Data.Episodes;
using Robotics.Learning.Episodes;
using Robotics.Reporting.Output;

namespace Robotics.Learning.Displays;

/// <summary>Shows an experiment: a progress bar for each training and each episode, and a line of metrics per trial. One thread.</summary>
internal sealed class ExperimentDisplay(CommandOutput output, IClock clock, int totalTrials) : IExperimentProgress, IDisposable
{
    private const int TrainingSteps = 1000;
    private ProgressBar? _bar;
    private bool _training;

    /// <summary>Time at which the first planned step had been taken, from the start of the run; null before.</summary>
    public MonotonicTime? FirstPlannedStepAt { get; private set; }

    /// <inheritdoc/>
    public void Resumed(int lastTrial) => output.Line($"Going on after trial {lastTrial}, which an earlier run completed.");

    /// <inheritdoc/>
    public void TrainingProgressed(int trial, double share)
    {
        if (!_training)
            Begin($"trial {trial}/{totalTrials - 1} learning", TrainingSteps);
        _training = true;
        _bar!.Report((long)(share * TrainingSteps));
    }

    /// <inheritdoc/>
    public void StepTaken(in StepProgress step)
    {
        if (_training || _bar is null || step.Step == 1)
            Begin($"trial {step.Trial}/{totalTrials - 1} acting  ", step.Horizon);
        _training = false;
        if (step.PlanNanoseconds > 0)
            FirstPlannedStepAt ??= clock.Now;
        _bar!.Report(step.Step, string.Create(
            CultureInfo.InvariantCulture,
            $"return {step.Return:F1}, decision {step.PlanNanoseconds * 1e-6:F0} ms"));
    }

    /// <inheritdoc/>
    public void EpisodeEnded(Episode episode) => End();

    /// <inheritdoc/>
    public void TrialEnded(TrialReport report)
    {
        End();
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"trial {report.Trial,2}  {report.Controller,-8}  return {report.MeanReturn,9:F2}");
        if (report.PlanTimes.Count > 0)
            text += string.Create(CultureInfo.InvariantCulture, $"  decision {report.PlanTimes.Quantile(0.5) * 1e-6,6:F1} ms");
        if (report.Learning is { } learning)
            text += string.Create(
                CultureInfo.InvariantCulture,
                $"  learned in {report.TrainSeconds,5:F1} s from {report.Transitions} steps, loss {learning.Loss:F2}");
        if (report.Prediction is { } prediction)
        {
            var bias = Math.Round(prediction.Gap, 2) + 0.0;
            text += string.Create(CultureInfo.InvariantCulture, $"  prediction bias {bias:+0.00;−0.00;0.00}");
        }

        if (report.Audit is { } audit)
            text += string.Create(CultureInfo.InvariantCulture, $"  gap {Math.Round(audit.Gap, 2) + 0.0:+0.00;−0.00;0.00}");
        output.Line(text);
    }

    /// <inheritdoc/>
    public void Dispose() => End();

    private void Begin(string title, long total)
    {
        End();
        _bar = output.StartProgress(title, total);
    }

    private void End()
    {
        _bar?.Dispose();
        _bar = null;
    }
}
