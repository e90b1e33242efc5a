using Robotics.Reporting.Numbers;
using Robotics.Reporting.Output;
using Robotics.Reporting.Plots;
using Robotics.Studies.Mechanism;
using Robotics.WorldModel.Ensembles;

namespace Robotics.Studies.Hole;

/// <summary>
/// The suite <c>hole</c>: does the ensemble tell noise from ignorance (Chua et al. 2018, section 4)? In a world whose noise is known
/// the aleatoric σ must be near the truth where there are data, and the members must disagree where there are none.
/// </summary>
internal sealed class HoleStudy(RunContext context, StudyRequest request)
{
    private const double MostNoiseError = 0.15;
    private const double LeastSpreadRatio = 3;
    private const int Transitions = 10_000;
    private const int QuickTransitions = 4000;

    /// <summary>The ensemble: that of the paper but for what training on one data set, and once, asks for.</summary>
    private static readonly EnsembleOptions Options = new() { Kind = EnsembleKind.PE, Epochs = 60, BatchSize = 64, WeightDecay = [0, 0, 0, 0] };

    /// <summary>Trains and measures one model per seed.</summary>
    public void Run(string folder, CancellationToken cancellationToken)
    {
        var found = new List<HoleMeasurement>();
        using (var bar = context.Output.StartProgress("hole, epochs", (long)request.Seeds.Count * Options.Epochs))
        {
            foreach (var seed in request.Seeds)
            {
                var progress = new Progress(bar, found.Count);
                found.Add(HoleMeasurement.From(Options, request.Quick ? QuickTransitions : Transitions, seed, progress, cancellationToken));
            }
        }

        Report(found).Write(context, folder);
    }

    private StudyReport Report(List<HoleMeasurement> found) => new()
    {
        Suite = "hole",
        Title = "Noise and ignorance told apart",
        Seeds = request.Seeds,
        Bars =
        [
            new StudyBar("aleatoric_error_worst", "largest error of aleatoric σ where there are data, as a share", [.. found.Select(f => f.WorstNoiseError)], AtMost: MostNoiseError),
            new StudyBar("aleatoric_error_mean", "mean error of aleatoric σ where there are data, as a share", [.. found.Select(f => f.MeanNoiseError)], AtMost: MostNoiseError),
            new StudyBar("epistemic_ratio", "epistemic spread in the hole, as a multiple of that where there are data", [.. found.Select(f => f.SpreadRatio)], AtLeast: LeastSpreadRatio),
        ],
        Plots = [Plot(found, f => f.Aleatoric, "Aleatoric σ", truth: true), Plot(found, f => f.Epistemic, "Epistemic spread", truth: false)],
        Notes = ["Data are where |x| is between 1.5 and 3; figures leave out 0.15 at each edge."],
        Details = new Dictionary<string, object?>
        {
            ["transitions"] = request.Quick ? QuickTransitions : Transitions,
            ["epochs"] = Options.Epochs,
            ["updates"] = found[0].Updates,
            ["grid"] = Rounded(found[0].Grid),
            ["noise_true"] = Rounded(found[0].Grid.Select(HoleWorld.Noise)),
            ["aleatoric_mean"] = Rounded(Column(found, f => f.Aleatoric, Statistics.Mean)),
            ["epistemic_mean"] = Rounded(Column(found, f => f.Epistemic, Statistics.Mean)),
        },
    };

    private static PlotSvg Plot(List<HoleMeasurement> found, Func<HoleMeasurement, double[]> values, string title, bool truth)
    {
        var grid = found[0].Grid;
        var layers = new List<PlotLayer>
        {
            new BandLayer(grid, Column(found, values, v => v.Min()), Column(found, values, v => v.Max())) { Label = "least to most of the seeds" },
            new LineLayer(grid, Column(found, values, Statistics.Mean)) { Label = $"mean of {found.Count} seeds", Width = 2.5 },
            new VerticalLayer(-HoleWorld.Inner) { Colour = PlotPalette.Purple, Label = "edges of the hole" },
            new VerticalLayer(HoleWorld.Inner) { Colour = PlotPalette.Purple },
        };
        if (truth)
            layers.Add(new LineLayer(grid, [.. grid.Select(HoleWorld.Noise)]) { Label = "truth", Colour = PlotPalette.Vermilion, Dash = "6 3" });
        return new PlotSvg
        {
            Title = $"{title} over x",
            Description = truth ? "The noise that the members predict beside the true noise; between the purple lines there were no data." : "The standard deviation over members of their mean predictions; between the purple lines there were no data.",
            XLabel = "x, m",
            YLabel = "m",
            Layers = layers,
        };
    }

    private static double[] Column(List<HoleMeasurement> found, Func<HoleMeasurement, double[]> values, Func<IReadOnlyList<double>, double> figure) =>
        [.. Enumerable.Range(0, found[0].Grid.Length).Select(i => figure([.. found.Select(f => values(f)[i])]))];

    private static double[] Rounded(IEnumerable<double> values) => [.. values.Select(v => Math.Round(v, 6))];

    private sealed class Progress(ProgressBar bar, int done) : IProgress<double>
    {
        public void Report(double value) => bar.Report((long)((done + value) * Options.Epochs));
    }
}
