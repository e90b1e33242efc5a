using System.Globalization;
using Robotics.Data.Storage;
using Robotics.Reporting.Images;
using Robotics.Reporting.Numbers;
using Robotics.Reporting.Pages;
using Robotics.Reporting.Plots;
using Robotics.SequenceModels.Inspection;
using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Sequences;
using Robotics.SequenceModels.Training;

namespace Robotics.Learning.Estimators;

/// <summary>The page of a trained estimator: the bound by parts, strips of images, traces of latents; the images also as files.</summary>
internal static class EstimatorReport
{
    private const int Strips = 3;
    private const int Latents = 4;

    /// <summary>Writes <c>report.html</c> and <c>images/</c>; returns the page's path.</summary>
    public static string Write(
        string folder, string task, SequenceTrainer trainer, SequenceReplay measured, SequenceLoss found,
        IReadOnlyList<(long Update, SequenceLoss Loss)> history, IReadOnlyList<string> warnings)
    {
        var model = trainer.Model;
        return new PageReport(
            $"State estimator {model.Options.Kind}",
            $"Task {task}, {trainer.Updates} updates, {Figure.Count(model.ParameterCount)} weights",
        [
            Bound(model, found, history),
            new PageSection(
                "Observed, filtered, predicted",
                "Each strip: camera images (grey where an image was lost), images decoded from the filtered belief, and open-loop "
                    + "predictions from the middle on.") { Images = [.. Images(folder, model, measured)] },
            new PageSection("Latents", "Posterior mean ± 2 std and prior mean of the latents that vary most in the first validation "
                + "episode.") { Plots = [.. Traces(folder, model, measured)] },
        ])
        {
            Warnings = warnings,
        }.Write(folder);
    }

    private static PageSection Bound(SequenceModel model, SequenceLoss found, IReadOnlyList<(long Update, SequenceLoss Loss)> history)
    {
        var o = model.Options;
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"Validation set, nats per step, β = 1, no free nats. Stated likelihoods: pixels of images of {o.Reconstruction} on the longer "
                + $"side σ = {o.PictureDeviation}{(o.Whitened ? " in units of their colours" : "")}, vectors σ = {o.VectorDeviation} in "
                + $"units of their std, reward σ = {o.RewardDeviation}.");
        var rows = found.Reconstruction.Select(r => Row($"ln p({r.Key})", -r.Value)).Append(Row("ln p(reward)", -found.Reward))
            .Append(Row("−KL", -found.Divergence)).Append(Row("bound", found.Elbo));
        return new PageSection("The bound", text)
        {
            Tables = [new ReportTable("Parts of the bound", ["part", "nats a step"], [.. rows])],
            Plots = history.Count < 2 ? [] : [History(history)],
        };
    }

    private static IReadOnlyList<string> Row(string name, double value) => [name, Figure.From(value)];

    private static PlotSvg History(IReadOnlyList<(long Update, SequenceLoss Loss)> history) => new()
    {
        Title = "Validation bound during training",
        Description = $"The bound goes from {Figure.From(history[0].Loss.Elbo)} to {Figure.From(history[^1].Loss.Elbo)} nats a step.",
        XLabel = "updates",
        YLabel = "nats a step",
        Layers = [new LineLayer([.. history.Select(c => (double)c.Update)], [.. history.Select(c => c.Loss.Elbo)]) { Markers = true }],
    };

    private static IEnumerable<(Image Image, string Description)> Images(string folder, SequenceModel model, SequenceReplay measured)
    {
        for (var m = 0; m < model.Layout.Modalities.Count; m++)
        {
            if (!model.Layout.Modalities[m].IsImage)
                continue;
            for (var e = 0; e < Math.Min(Strips, measured.Sequences.Count); e++)
            {
                var strip = FilmStrip.Create(model, measured, e, m, (measured.Sequences[e].Steps - 1) / 2);
                var image = new Image(strip.Format, strip.Bytes);
                var name = $"{model.Layout.Modalities[m].Name}-{e}";
                AtomicFile.Write(Path.Combine(folder, "pictures", name + ".png"), s => s.Write(PngWriter.Write(image)));
                yield return (image, $"Camera {model.Layout.Modalities[m].Name}, validation episode {e}: observed, filtered, open-loop "
                    + "from the middle on.");
            }
        }
    }

    private static IEnumerable<PlotSvg> Traces(string folder, SequenceModel model, SequenceReplay measured)
    {
        foreach (var trace in LatentTrace.FromMostActive(model, measured, 0, Latents))
        {
            var times = Enumerable.Range(0, trace.Mean.Length).Select(t => t * model.Layout.PeriodSeconds).ToArray();
            var plot = new PlotSvg
            {
                Title = $"latent {trace.Index}",
                Description = $"Latent {trace.Index} over the first validation episode.",
                XLabel = "time, s",
                YLabel = "",
                Width = 520,
                Height = 260,
                Layers =
                [
                    new BandLayer(
                        times, [.. trace.Mean.Zip(trace.Std, (m, s) => m - (2 * s))],
                        [.. trace.Mean.Zip(trace.Std, (m, s) => m + (2 * s))]) { Label = "±2σ" },
                    new LineLayer(times, trace.Mean) { Label = "posterior" },
                    new LineLayer(times, trace.PriorMean) { Label = "prior", Colour = PlotPalette.Vermilion, Dash = "4 3" },
                ],
            };
            AtomicFile.WriteText(Path.Combine(folder, "pictures", $"latent-{trace.Index}.svg"), plot.Render());
            yield return plot;
        }
    }
}
