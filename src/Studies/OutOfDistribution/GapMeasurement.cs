using Robotics.Core.Randomness;
using Robotics.Core.Terms;
using Robotics.Core.Threading;
using Robotics.Inference.Ensembles;
using Robotics.WorldModel.Ensembles;
using static TorchSharp.torch;

namespace Robotics.Studies.OutOfDistribution;

/// <summary>Predictions on a grid of states by an ensemble trained in <see cref="GapWorld"/>. Immutable.</summary>
/// <param name="Grid">The states, ascending.</param>
/// <param name="Aleatoric">[grid], root of the predicted variance, mean over members and actions.</param>
/// <param name="Epistemic">[grid], std over members of their mean predictions, root mean square over actions.</param>
/// <param name="Updates">Gradient steps of the training.</param>
internal sealed record GapMeasurement(double[] Grid, double[] Aleatoric, double[] Epistemic, long Updates)
{
    // At the edges of the data a state is neither in nor out of the distribution; a tenth of each interval is left out at its ends.
    private const double Edge = 0.15;
    private const int Points = 121;
    private static readonly float[] ActionGrid = [-0.8f, -0.4f, 0, 0.4f, 0.8f];

    /// <summary>True at states with data.</summary>
    public static bool IsInDistribution(double x) => Math.Abs(x) is >= GapWorld.Inner + Edge and <= GapWorld.Outer - Edge;

    /// <summary>True at states in the gap.</summary>
    public static bool IsInGap(double x) => Math.Abs(x) <= GapWorld.Inner - Edge;

    /// <summary>[states with data], aleatoric std divided by its ground truth.</summary>
    public IReadOnlyList<double> NoiseRatios => [.. Select(Aleatoric.Zip(Grid, (s, x) => s / GapWorld.Noise(x)), IsInDistribution)];

    /// <summary>Maximum relative error of the aleatoric std.</summary>
    public double MaximumNoiseError => NoiseRatios.Max(r => Math.Abs(r - 1));

    /// <summary>Mean relative error of the aleatoric std.</summary>
    public double MeanNoiseError => NoiseRatios.Average(r => Math.Abs(r - 1));

    /// <summary>Mean epistemic std in the gap divided by that at states with data.</summary>
    public double EpistemicRatio => Select(Epistemic, IsInGap).Average() / Select(Epistemic, IsInDistribution).Average();

    /// <summary>Trains a model and measures it.</summary>
    /// <param name="options">The networks and their training.</param>
    /// <param name="transitions">Number of transitions.</param>
    /// <param name="seed">The seed of weights, experience and training.</param>
    /// <param name="progress">Receives the fraction done.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public static GapMeasurement Measure(
        EnsembleOptions options, int transitions, ulong seed, IProgress<double> progress, CancellationToken cancellationToken)
    {
        var key = RandomKey.FromSeed(seed);
        using var workers = new WorkerPool(1);
        using var learner = new EnsembleLearner(
            options, GapWorld.Observations, GapWorld.Actions, 0.1, Rollouts(options, workers), key.Derive("weights"));
        var experience = GapWorld.Sample(transitions, key.Derive("experience"));
        var report = learner.Train(experience, key.Derive("training"), progress, cancellationToken);
        double[] grid = [.. Enumerable.Range(0, Points).Select(i => Math.Round(GapWorld.Outer * ((2.0 * i / (Points - 1)) - 1), 6))];
        var (aleatoric, epistemic) = Predict(learner.Model, grid);
        return new GapMeasurement(grid, aleatoric, epistemic, report.Updates);
    }

    private static (double[] Aleatoric, double[] Epistemic) Predict(ProbabilisticEnsemble model, double[] grid)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        float[] inputs = [.. grid.SelectMany(x => ActionGrid.SelectMany(a => new[] { (float)x, a }))];
        var rows = model.Normalise(tensor(inputs, [inputs.Length / 2, 2])).unsqueeze(0).expand(model.Members, -1, -1);
        var (mean, logVariance) = model.forward(rows);
        return (Roots(logVariance.exp().mean([0])), Roots(mean.var(0, unbiased: true)));
    }

    /// <summary>[grid], root of the mean over actions.</summary>
    private static double[] Roots(Tensor variances) =>
        [.. variances.reshape(-1, ActionGrid.Length).mean([1]).sqrt().data<float>().ToArray().Select(v => (double)v)];

    private IEnumerable<double> Select(IEnumerable<double> values, Func<double, bool> wanted) =>
        values.Zip(Grid).Where(p => wanted(p.Second)).Select(p => p.First);

    private static FusedEnsembleOptions Rollouts(EnsembleOptions options, WorkerPool workers)
    {
        var terms = new TermBuilder();
        return new FusedEnsembleOptions
        {
            Particles = options.Members,
            Reward = terms.Build(terms.Observation(0)),
            MaximumPopulation = 1,
            MaximumHorizon = 1,
            Workers = workers,
        };
    }
}
