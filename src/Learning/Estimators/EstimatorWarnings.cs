using System.Globalization;
using Robotics.Data.Episodes;
using Robotics.Learning.Evaluation;
using Robotics.Reporting.Output;
using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Sequences;
using Robotics.SequenceModels.Training;

namespace Robotics.Learning.Estimators;

/// <summary>Warns of faults in the data or the results of an estimator, without ending its training.</summary>
internal static class EstimatorWarnings
{
    // Mean squared errors of more than 40 σ: no data are explained so badly by a model that has learned anything.
    private const double LowestNatsPerNumber = -1000;

    /// <summary>Warns of diverged simulations, cameras without images and cameras of one colour.</summary>
    /// <param name="output">Receives the warnings.</param>
    /// <param name="recorded">Number of recorded episodes, including those that diverged.</param>
    /// <param name="replay">The training set.</param>
    /// <param name="measured">The validation set.</param>
    public static void FromData(CommandOutput output, int recorded, SequenceReplay replay, SequenceReplay measured)
    {
        var before = output.Warnings.Count;
        List<Episode> read = [.. replay.Sequences.Concat(measured.Sequences).Select(s => s.Episode)];
        var faults = EpisodeFaults.From(read);
        FaultReport.Warn(output, faults with { Episodes = recorded, Diverged = faults.Diverged + recorded - read.Count });
        for (var m = 0; m < replay.Layout.Modalities.Count; m++)
        {
            if (!replay.Layout.Modalities[m].IsImage || !replay.ShowsOneColour(m))
                continue;
            output.Warn(string.Create(
                CultureInfo.InvariantCulture,
                $"camera '{replay.Layout.Modalities[m].Name}' shows one colour in all {replay.ReadingsOf(m)} images, so that nothing ")
                + "can be learned from it; check where it looks, and the light.");
        }

        // Hours of training may follow, so the warning comes at once, and again at the end.
        foreach (var warning in output.Warnings.Skip(before))
            output.Note($"warning: {warning}");
    }

    /// <summary>Warns of a bound that no useful model has.</summary>
    /// <param name="output">Receives the warnings.</param>
    /// <param name="model">The model.</param>
    /// <param name="found">Its bound on the validation set.</param>
    public static void FromBound(CommandOutput output, SequenceModel model, SequenceLoss found)
    {
        var numbers = 1 + model.Layout.Modalities.Sum(m => m.Dimension);
        if (!(found.Elbo >= LowestNatsPerNumber * numbers))
        {
            output.Warn(string.Create(
                CultureInfo.InvariantCulture,
                $"the validation bound is {found.Elbo:G3} nats per step, as of an untrained model: ")
                + "validation episodes differ from training episodes, or training diverged; do not use this estimator.");
        }
    }
}
