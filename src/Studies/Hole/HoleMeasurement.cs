using Robotics.Core.Randomness;
using Robotics.Core.Terms;
using Robotics.Core.Threading;
using Robotics.Inference.Ensembles;
using Robotics.WorldModel.Ensembles;
using static TorchSharp.torch;

namespace Robotics.Studies.Hole;

/// <summary>What a model trained in <see cref="HoleWorld"/> believes on a grid of states. Immutable.</summary>
/// <param name="Grid">The states, ascending.</param>
/// <param name="Aleatoric">[grid], root of the members' and actions' mean variance.</param>
/// <param name="Epistemic">[grid], root of the mean over actions of the variance over members of their means.</param>
/// <param name="Updates">Gradient steps of the training.</param>
internal sealed record HoleMeasurement(double[] Grid, double[] Aleatoric, double[] Epistemic, long Updates)
{
    // An edge of the data is neither known nor unknown; a tenth of each stretch is left out at its ends.
    private const double Edge = 0.15;
    private const int Points = 121;
    private static readonly float[] Pushes = [-0.8f, -0.4f, 0, 0.4f, 0.8f];

    /// <summary>The grid's states at which there are data.</summary>
    public static bool IsKnown(double x) => Math.Abs(x) is >= HoleWorld.Inner + Edge and <= HoleWorld.Outer - Edge;

    /// <summary>The grid's states of which nothing is known.</summary>
    public static bool IsHole(double x) => Math.Abs(x) <= HoleWorld.Inner - Edge;

    /// <summary>The aleatoric σ as a multiple of the truth's, at the states with data.</summary>
    public IReadOnlyList<double> NoiseRatios => [.. Select(Aleatoric.Zip(Grid, (s, x) => s / HoleWorld.Noise(x)), IsKnown)];

    /// <summary>The largest distance of these from 1.</summary>
    public double WorstNoiseError => NoiseRatios.Max(r => Math.Abs(r - 1));

    /// <summary>Their mean distance from 1.</summary>
    public double MeanNoiseError => NoiseRatios.Average(r => Math.Abs(r - 1));

    /// <summary>The mean epistemic spread in the hole by that where data are.</summary>
    public double SpreadRatio => Select(Epistemic, IsHole).Average() / Select(Epistemic, IsKnown).Average();

    /// <summary>Trains a model and measures it.</summary>
    /// <param name="options">The networks and their training.</param>
    /// <param name="transitions">How much experience there is.</param>
    /// <param name="seed">The seed of weights, experience and training.</param>
    /// <param name="progress">Told the share done.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public static HoleMeasurement From(EnsembleOptions options, int transitions, ulong seed, IProgress<double> progress, CancellationToken cancellationToken)
    {
        var key = RandomKey.FromSeed(seed);
        using var workers = new WorkerPool(1);
        using var learner = new EnsembleLearner(options, HoleWorld.Observations, HoleWorld.Actions, 0.1, Rollouts(options, workers), key.Derive("weights"));
        var report = learner.Train(HoleWorld.Draw(transitions, key.Derive("experience")), key.Derive("training"), progress, cancellationToken);
        double[] grid = [.. Enumerable.Range(0, Points).Select(i => Math.Round(HoleWorld.Outer * ((2.0 * i / (Points - 1)) - 1), 6))];
        var (aleatoric, epistemic) = Predict(learner.Model, grid);
        return new HoleMeasurement(grid, aleatoric, epistemic, report.Updates);
    }

    private static (double[] Aleatoric, double[] Epistemic) Predict(ProbabilisticEnsemble model, double[] grid)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        float[] inputs = [.. grid.SelectMany(x => Pushes.SelectMany(a => new[] { (float)x, a }))];
        var rows = model.Normalise(tensor(inputs, [inputs.Length / 2, 2])).unsqueeze(0).expand(model.Members, -1, -1);
        var (mean, logVariance) = model.forward(rows);
        return (Roots(logVariance.exp().mean([0])), Roots(mean.var(0, unbiased: true)));
    }

    /// <summary>The root of the mean over actions, state by state.</summary>
    private static double[] Roots(Tensor variances) =>
        [.. variances.reshape(-1, Pushes.Length).mean([1]).sqrt().data<float>().ToArray().Select(v => (double)v)];

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
