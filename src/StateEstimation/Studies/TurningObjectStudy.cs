using Robotics.Core;

namespace Robotics.StateEstimation;

/// <summary>How much is measured. Immutable.</summary>
/// <param name="Episodes">To learn from.</param>
/// <param name="HeldOut">To measure on.</param>
/// <param name="Steps">In an episode.</param>
/// <param name="Updates">Gradient steps.</param>
/// <param name="Copies">Draws of a belief.</param>
public sealed record TurningObjectEffort(int Episodes, int HeldOut, int Steps, int Updates, int Copies)
{
    /// <summary>For a look.</summary>
    public static TurningObjectEffort Quick { get; } = new(60, 8, 60, 300, 50);

    /// <summary>For figures.</summary>
    public static TurningObjectEffort Full { get; } = new(600, 40, 60, 3000, 200);
}

/// <summary>A forecast's quality at one age of the last picture. Immutable.</summary>
/// <param name="Steps">Steps since the last picture.</param>
/// <param name="Score">Continuous ranked probability score, mean over axes.</param>
/// <param name="Coverage">[axis], share of truths inside the central 90 % interval.</param>
/// <param name="Width">Mean width of that interval.</param>
/// <param name="Error">Mean distance of the forecast's mean.</param>
/// <param name="HoldLast">Score of the last position held.</param>
/// <param name="Kalman">Score of a constant-velocity Kalman filter on the positions seen so far, tuned on the training episodes.</param>
/// <param name="ObjectPsnr">Peak signal-to-noise ratio, dB, of the mean predicted picture on the pixels that the object covers by half or more.</param>
public sealed record BlindForecast(int Steps, double Score, double[] Coverage, double Width, double Error, double HoldLast, double Kalman, double ObjectPsnr);

/// <summary>
/// One model on the <see cref="TurningObjectWorld"/>: trained, read out by ridge regression fitted on the training episodes, and asked
/// where the object is a number of steps after the last picture. Not thread-safe; offline.
/// </summary>
public sealed class TurningObjectStudy : IDisposable
{
    private const int Warmup = 20;

    /// <summary>
    /// The camera of the training episodes loses pictures for good. Were they hidden and still to be told from draws of the prior, a prior
    /// that is narrow would be rewarded; so the first picture after a gap asks for one that is wide enough.
    /// </summary>
    private const double GapProbability = 0.04;
    private const int CalibrationEpisodes = 40;
    private const int CalibrationCopies = 30;
    private readonly TurningObjectEffort _effort;
    private readonly SequenceReplay _training;
    private readonly SequenceReplay _held;
    private readonly RandomKey _key;
    private readonly LinearGaussianModel _tracker;

    /// <summary>Draws the episodes and tunes the classical tracker.</summary>
    public TurningObjectStudy(TurningObjectEffort effort, RandomKey key)
    {
        var world = new TurningObjectWorld();
        (_effort, _key, _training, _held) = (effort, key, new SequenceReplay(world.Layout), new SequenceReplay(world.Layout));
        for (var i = 0; i < effort.Episodes; i++)
            _training.Add(world.Draw(effort.Steps, key.Derive("training").Derive((ulong)i), GapProbability));
        for (var i = 0; i < effort.HeldOut; i++)
            _held.Add(world.Draw(effort.Steps, key.Derive("held-out").Derive((ulong)i)));
        double[] spread = [1, 1];
        var tracks = _training.Sequences.Take(10).Select(s => Track(s, 0, s.Steps)).ToArray();
        _tracker = KinematicMotion.Model(2, KinematicOrder.ConstantVelocity, new KinematicTuner(2, KinematicOrder.ConstantVelocity, spread).Fit(tracks, new KinematicParameters(1, 1e-4)), spread);
    }

    /// <summary>How much is measured.</summary>
    public TurningObjectEffort Effort => _effort;

    /// <summary>The trained model; null before <see cref="Train"/>.</summary>
    public SequenceModel? Model { get; private set; }

    /// <summary>Sizes that the world asks for.</summary>
    public static SequenceModelOptions Sizes(SequenceModelKind kind) =>
        new() { Kind = kind, Deterministic = 64, Stochastic = 8, Hidden = 64, Embedding = 32, Channels = 8, Reconstruction = 16 };

    /// <summary>The kind with about as many weights as another, by the width of its hidden layers.</summary>
    public static SequenceModelOptions OfEqualWeights(SequenceModelKind kind, long weights)
    {
        var best = Sizes(kind);
        var gap = long.MaxValue;
        for (var hidden = 48; hidden <= 160; hidden += 8)
        {
            var options = Sizes(kind) with { Hidden = hidden };
            using var model = SequenceModel.Create(new TurningObjectWorld().Layout, options, default);
            if (Math.Abs(model.ParameterCount - weights) is var distance && distance < gap)
                (best, gap) = (options, distance);
        }

        return best;
    }

    /// <summary>Trains a model anew.</summary>
    public void Train(SequenceModelOptions options, int overshooting, Action<long, SequenceLoss>? progress, CancellationToken cancellation)
    {
        Model?.Dispose();
        Model = SequenceModel.Create(_training.Layout, options, _key.Derive("weights"));
        var training = new SequenceTrainingOptions
        {
            Length = Math.Min(40, _effort.Steps),
            OvershootingDistance = overshooting,
            FreeNats = 0.5,
            Dropout = ModalityDropout.None,
        };
        using var trainer = new SequenceTrainer(Model, training, _key.Derive("updates"));
        trainer.Train(_training, _effort.Updates, progress, cancellation);
    }

    /// <summary>The held-out bound of the model.</summary>
    public SequenceLoss Bound() => HeldOutElbo.Measure(Model!, _held, _key.Derive("bound"));

    /// <summary>Measures forecasts.</summary>
    /// <param name="horizons">Steps since the last picture, in rising order.</param>
    /// <param name="cancellation">Stops.</param>
    public IReadOnlyList<BlindForecast> Measure(IReadOnlyList<int> horizons, CancellationToken cancellation)
    {
        var sampler = new BeliefSampler(Model!, Calibrated(FitReadout()), _effort.Copies);
        var tallies = horizons.Select(h => new ForecastTally(h)).ToArray();
        var starts = Enumerable.Range(0, 3).Select(i => Warmup + (i * 5)).Where(s => s + horizons[^1] < _effort.Steps).ToArray();
        for (var e = 0; e < _held.Sequences.Count; e++)
        {
            foreach (var start in starts)
            {
                cancellation.ThrowIfCancellationRequested();
                var draws = sampler.Draw(_held, e, start, horizons[^1], _key.Derive("draws").Derive((ulong)e).Derive((ulong)start), horizons);
                var tracked = Forecast(_held.Sequences[e], start, horizons[^1]);
                for (var i = 0; i < tallies.Length; i++)
                {
                    var at = start + horizons[i];
                    tallies[i].Add(draws.Values[horizons[i]], Position(_held.Sequences[e], at), Position(_held.Sequences[e], start), tracked[at]);
                    tallies[i].AddPicture(draws.Pictures[i], _held.Sequences[e].Picture(0, at));
                }
            }
        }

        return [.. tallies.Select(t => t.Result())];
    }

    /// <summary>Steps until the error is back within a fifth of what it was, after a gap in the pictures; NaN when it does not come back.</summary>
    /// <param name="gap">Steps without pictures.</param>
    public double RecoverySteps(int gap)
    {
        var readout = FitReadout();
        var hidden = LatentFeatures.Of(Model!, _held, b => b.Hide(0, t => t >= Warmup && t < Warmup + gap));
        var seen = LatentFeatures.Of(Model!, _held);
        var most = _effort.Steps - Warmup - gap;
        for (var k = 0; k < most; k++)
        {
            if (MeanError(readout, hidden, Warmup + gap + k) <= 1.2 * MeanError(readout, seen, Warmup + gap + k))
                return k + 1;
        }

        return double.NaN;
    }

    /// <inheritdoc/>
    public void Dispose() => Model?.Dispose();

    private static double[] Position(EpisodeSequence sequence, int step) => [.. sequence.Episode.Observation(step).ToArray().Select(v => (double)v)];

    private static LinearStep[] Track(EpisodeSequence sequence, int blind, int steps) =>
        [.. Enumerable.Range(0, steps).Select(t => new LinearStep(0.05, null, [t < steps - blind ? Position(sequence, t) : null]))];

    private IReadOnlyList<GaussianState> Forecast(EpisodeSequence sequence, int last, int horizon) =>
        new KalmanFilter(_tracker).Run(Track(sequence, horizon, last + 1 + horizon)).Filtered;

    /// <summary>Fitted over gaps too, so that it also knows what beliefs look like while nothing is seen.</summary>
    private RidgeReadout FitReadout()
    {
        var features = LatentFeatures.Of(Model!, _training);
        var (rows, targets) = (new List<float[]>(), new List<double[]>());
        for (var e = 0; e < features.Length; e++)
        {
            for (var t = Warmup / 2; t < features[e].Length; t++)
            {
                rows.Add(features[e][t]);
                targets.Add(Position(_training.Sequences[e], t));
            }
        }

        return RidgeReadout.Fit(rows, targets);
    }

    /// <summary>
    /// A draw is read out with the error that remains beside the belief's own spread, both measured on training episodes with the pictures
    /// there: squared error of the draws' mean less their variance. Where the belief alone is spread enough, a tenth of the error is left.
    /// </summary>
    private RidgeReadout Calibrated(RidgeReadout readout)
    {
        var sampler = new BeliefSampler(Model!, readout.WithResidual(new double[readout.ResidualDeviation.Count]), CalibrationCopies);
        var (squares, spread, count) = (new double[readout.ResidualDeviation.Count], new double[readout.ResidualDeviation.Count], 0);
        for (var e = 0; e < Math.Min(CalibrationEpisodes, _training.Sequences.Count); e++)
        {
            var drawn = sampler.Filter(_training, e, _key.Derive("calibration").Derive((ulong)e));
            for (var t = Warmup; t < drawn.Length; t++)
            {
                if (!_training.Sequences[e].IsNew(0, t))
                    continue;
                count++;
                var truth = Position(_training.Sequences[e], t);
                for (var k = 0; k < squares.Length; k++)
                {
                    var mean = drawn[t][k].Average();
                    squares[k] += (mean - truth[k]) * (mean - truth[k]);
                    spread[k] += drawn[t][k].Sum(d => (d - mean) * (d - mean)) / (drawn[t][k].Length - 1);
                }
            }
        }

        return readout.WithResidual([.. squares.Zip(spread, (s, v) => Math.Sqrt(Math.Max(s - v, 0.01 * s) / count))]);
    }

    private double MeanError(RidgeReadout readout, float[][][] features, int step) => features.Select((f, e) =>
    {
        var (read, truth) = (readout.Read(f[step]), Position(_held.Sequences[e], step));
        return Math.Sqrt(read.Zip(truth, (a, b) => (a - b) * (a - b)).Sum());
    }).Average();
}
