using System.Globalization;
using Robotics.Data.Episodes;
using Robotics.Learning.Evaluation;
using Robotics.Reporting.Output;
using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Sequences;
using Robotics.SequenceModels.Training;

namespace Robotics.Learning.Estimators;

/// <summary>Says what is wrong with the data of an estimator, or with what it came to, without ending its training.</summary>
internal static class EstimatorWarnings
{
    // Mean squared errors of more than 40 σ: no data are explained so badly by a model that has learned anything.
    private const double LowestNatsPerNumber = -1000;

    /// <summary>Simulations that diverged, cameras without images, cameras that show nothing.</summary>
    /// <param name="output">Where it is said.</param>
    /// <param name="recorded">Episodes that were recorded, those that diverged among them.</param>
    /// <param name="replay">What is learned from.</param>
    /// <param name="measured">What is measured on.</param>
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
                $"camera '{replay.Layout.Modalities[m].Name}' shows one colour in all {replay.ReadingsOf(m)} images, so that nothing can be learned ")
                + "from it; check where it looks, and the light.");
        }

        // Hours of training may follow: it is said at once, and again at the end.
        foreach (var warning in output.Warnings.Skip(before))
            output.Note($"warning: {warning}");
    }

    /// <summary>A bound that no useful model has.</summary>
    /// <param name="output">Where it is said.</param>
    /// <param name="model">The model.</param>
    /// <param name="found">Its held-out bound.</param>
    public static void FromBound(CommandOutput output, SequenceModel model, SequenceLoss found)
    {
        var numbers = 1 + model.Layout.Modalities.Sum(m => m.Dimension);
        if (!(found.Elbo >= LowestNatsPerNumber * numbers))
        {
            output.Warn(string.Create(CultureInfo.InvariantCulture, $"the held-out bound is {found.Elbo:G3} nats a step, as of a model that has learned ")
                + "nothing: held-out episodes do not look like those that were learned from, or training went astray; do not use this estimator.");
        }
    }
}
