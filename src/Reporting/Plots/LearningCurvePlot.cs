using Robotics.Core.Models;
using Robotics.Reporting.Numbers;

namespace Robotics.Reporting.Plots;

/// <summary>The learning curve of one or several seeds. Thread-safe.</summary>
public static class LearningCurvePlot
{
    /// <summary>
    /// Draws the mean with its interval, every seed, the random policy, the ground-truth dynamics, and published returns.
    /// </summary>
    /// <param name="curve">The curve.</param>
    /// <param name="randomReturn">Mean return of random actions; null to leave it out.</param>
    /// <param name="groundTruthReturn">Mean return of the planner on ground-truth dynamics; null to leave it out.</param>
    /// <param name="published">Published returns; null to leave them out.</param>
    public static PlotSvg Create(LearningCurve curve, double? randomReturn, double? groundTruthReturn, PublishedReturns? published = null)
    {
        var trials = curve.Points.Select(p => (double)p.Trial).ToArray();
        var layers = new List<PlotLayer>();
        if (curve.Seeds.Count > 1)
        {
            layers.Add(new BandLayer(trials, [.. curve.Points.Select(p => p.Minimum)], [.. curve.Points.Select(p => p.Maximum)])
            {
                Label = "worst to best seed",
                Opacity = 0.12,
            });
            layers.Add(new BandLayer(trials, [.. curve.Points.Select(p => p.Interval.Low)], [.. curve.Points.Select(p => p.Interval.High)])
            {
                Label = "95 % interval of the mean",
                Opacity = 0.25,
            });
            layers.AddRange(curve.Seeds.Values.Select(returns =>
                new LineLayer([.. Enumerable.Range(0, returns.Count).Select(t => (double)t)], returns) { Width = 1, Opacity = 0.45 }));
        }

        if (groundTruthReturn is { } groundTruth)
            layers.Add(new HorizontalLayer(groundTruth) { Colour = PlotPalette.Green, Label = "plans with the true model" });
        if (randomReturn is { } random)
            layers.Add(new HorizontalLayer(random) { Colour = PlotPalette.Grey, Label = "acts at random", Dash = "2 4" });
        layers.Add(new LineLayer(trials, [.. curve.Points.Select(p => p.Mean)])
        {
            Label = curve.Seeds.Count > 1 ? $"mean of {curve.Seeds.Count} seeds" : "learned model",
            Width = 2.5,
            Markers = true,
        });
        if (published is not null)
            AddPublished(layers, curve, published);
        return new PlotSvg
        {
            Title = "Return of each trial",
            Description = Describe(curve, randomReturn, groundTruthReturn),
            XLabel = "trial",
            YLabel = "return",
            CountsOnX = true,
            Layers = layers,
        };
    }

    private static void AddPublished(List<PlotLayer> layers, LearningCurve curve, PublishedReturns published)
    {
        if (published.BestSoFar)
        {
            layers.Add(new LineLayer([.. curve.Points.Select(p => (double)p.Trial)], [.. curve.Points.Select(p => p.BestSoFar)])
            {
                Label = curve.Seeds.Count > 1 ? "best so far, mean of the seeds" : "best so far",
                Dash = "3 3",
            });
        }

        layers.Add(new PointLayer([.. published.Returns.Select(p => (double)p.Trial)], [.. published.Returns.Select(p => p.Return)])
        {
            Label = published.BestSoFar ? "published, best so far" : "published",
            Colour = PlotPalette.Vermilion,
        });
    }

    private static string Describe(LearningCurve curve, double? randomReturn, double? groundTruthReturn)
    {
        if (curve.Points.Count == 0)
            return "No trial has ended yet.";
        var text = $"The return goes from {Figure.From(curve.Points[0].Mean)} in trial {curve.Points[0].Trial} to "
            + $"{Figure.From(curve.Points[^1].Mean)} in trial {curve.Points[^1].Trial}";
        if (randomReturn is { } random)
            text += $"; at random it is {Figure.From(random)}";
        return groundTruthReturn is { } groundTruth ? $"{text}; with the true model it is {Figure.From(groundTruth)}." : text + ".";
    }
}
