using Robotics.Reporting.Numbers;
using Robotics.Reporting.Output;
using Robotics.Reporting.Plots;
using Robotics.Studies.Mechanism;
using Robotics.WorldModel.Ensembles;

namespace Robotics.Studies.OutOfDistribution;

/// <summary>
/// Aleatoric and epistemic uncertainty of the ensemble (Chua et al. 2018, section 4) on a system with known noise: the aleatoric std must
/// be near the ground truth where there are data, and the members must disagree in the out-of-distribution gap.
/// </summary>
internal sealed class OutOfDistributionStudy : IStudy
{
    private const double MaximumNoiseError = 0.15;
    private const double MinimumEpistemicRatio = 3;
    private const int Transitions = 10_000;
    private const int QuickTransitions = 4000;

    /// <summary>The paper's ensemble, with more epochs and no weight decay because it trains once, on one data set.</summary>
    private static readonly EnsembleOptions Options =
        new() { Kind = EnsembleKind.PE, Epochs = 60, BatchSize = 64, WeightDecay = [0, 0, 0, 0] };

    /// <inheritdoc/>
    public string Name => "ood";

    /// <inheritdoc/>
    public string Title => "Aleatoric and epistemic uncertainty";

    /// <inheritdoc/>
    public string Summary => "aleatoric uncertainty where there are data, and epistemic uncertainty in an out-of-distribution gap.";

    /// <inheritdoc/>
    public bool IsResumable => false;

    /// <inheritdoc/>
    public Task RunAsync(StudyRun run, CancellationToken cancellationToken)
    {
        var (measured, transitions) = (new List<GapMeasurement>(), run.IsQuick ? QuickTransitions : Transitions);
        _ = run.Folder;
        using (var bar = run.Context.Output.StartProgress("ood, epochs", (long)run.Seeds.Count * Options.Epochs))
        {
            foreach (var seed in run.Seeds)
                measured.Add(GapMeasurement.Measure(Options, transitions, seed, new Progress(bar, measured.Count), cancellationToken));
        }

        Report(run, measured, transitions);
        return Task.CompletedTask;
    }

    private static void Report(StudyRun run, List<GapMeasurement> measured, int transitions)
    {
        run.Require(new Criterion(
            "aleatoric_error_worst", "maximum relative error of the aleatoric std where there are data",
            [.. measured.Select(m => m.MaximumNoiseError)], AtMost: MaximumNoiseError));
        run.Require(new Criterion(
            "aleatoric_error_mean", "mean relative error of the aleatoric std where there are data",
            [.. measured.Select(m => m.MeanNoiseError)], AtMost: MaximumNoiseError));
        run.Require(new Criterion(
            "epistemic_ratio", "epistemic std in the out-of-distribution gap divided by that where there are data",
            [.. measured.Select(m => m.EpistemicRatio)], AtLeast: MinimumEpistemicRatio));
        run.Plot(Plot(measured, m => m.Aleatoric, "Aleatoric std", withGroundTruth: true));
        run.Plot(Plot(measured, m => m.Epistemic, "Epistemic std", withGroundTruth: false));
        run.Note("There are data where |x| is between 1.5 and 3; metrics leave out 0.15 at each edge.");
        run.Detail("transitions", transitions);
        run.Detail("epochs", Options.Epochs);
        run.Detail("updates", measured[0].Updates);
        run.Detail("grid", Rounded(measured[0].Grid));
        run.Detail("noise_true", Rounded(measured[0].Grid.Select(GapWorld.Noise)));
        run.Detail("aleatoric_mean", Rounded(Column(measured, m => m.Aleatoric, Statistics.Mean)));
        run.Detail("epistemic_mean", Rounded(Column(measured, m => m.Epistemic, Statistics.Mean)));
    }

    private static PlotSvg Plot(List<GapMeasurement> measured, Func<GapMeasurement, double[]> values, string title, bool withGroundTruth)
    {
        var grid = measured[0].Grid;
        var layers = new List<PlotLayer>
        {
            new BandLayer(grid, Column(measured, values, v => v.Min()), Column(measured, values, v => v.Max()))
            {
                Label = "minimum to maximum over seeds",
            },
            new LineLayer(grid, Column(measured, values, Statistics.Mean)) { Label = $"mean of {measured.Count} seeds", Width = 2.5 },
            new VerticalLayer(-GapWorld.Inner) { Colour = PlotPalette.Purple, Label = "edges of the gap" },
            new VerticalLayer(GapWorld.Inner) { Colour = PlotPalette.Purple },
        };
        if (withGroundTruth)
        {
            double[] noise = [.. grid.Select(GapWorld.Noise)];
            layers.Add(new LineLayer(grid, noise) { Label = "ground truth", Colour = PlotPalette.Vermilion, Dash = "6 3" });
        }

        return new PlotSvg
        {
            Title = $"{title} over x",
            Description = withGroundTruth
                ? "Noise std predicted by the members and its ground truth; there were no data between the purple lines."
                : "Standard deviation over members of their mean predictions; there were no data between the purple lines.",
            XLabel = "x, m",
            YLabel = "m",
            Layers = layers,
        };
    }

    private static double[] Column(
        List<GapMeasurement> measured, Func<GapMeasurement, double[]> values, Func<IReadOnlyList<double>, double> statistic) =>
        [.. Enumerable.Range(0, measured[0].Grid.Length).Select(i => statistic([.. measured.Select(f => values(f)[i])]))];

    private static double[] Rounded(IEnumerable<double> values) => [.. values.Select(v => Math.Round(v, 6))];

    private sealed class Progress(ProgressBar bar, int done) : IProgress<double>
    {
        public void Report(double value) => bar.Report((long)((done + value) * Options.Epochs));
    }
}
