using Robotics.Core.Randomness;
using Robotics.Inference.Formats;
using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Probes;
using Robotics.SequenceModels.Sequences;
using Robotics.SequenceModels.Training;
using Robotics.StateEstimation.Kalman;
using Robotics.Studies.Worlds;

namespace Robotics.Studies.Forecasts;

/// <summary>How much is measured. Immutable.</summary>
/// <param name="Episodes">To learn from.</param>
/// <param name="Apart">To calibrate the spread of forecasts on; neither learned from nor measured on.</param>
/// <param name="HeldOut">To measure on.</param>
/// <param name="Steps">In an episode.</param>
/// <param name="Updates">Gradient steps.</param>
/// <param name="Copies">Draws of a belief.</param>
public sealed record TurningObjectOptions(int Episodes, int Apart, int HeldOut, int Steps, int Updates, int Copies)
{
    /// <summary>For a look.</summary>
    public static TurningObjectOptions Quick { get; } = new(600, 10, 10, 60, 300, 50);

    /// <summary>
    /// For figures. Episodes are so many because their turns are chance: of some hundreds a model learns each by heart, and forecasts the worse
    /// the longer it learns.
    /// </summary>
    public static TurningObjectOptions Full { get; } = new(8000, 60, 60, 60, 1800, 200);

    /// <summary>For figures of several models beside each other.</summary>
    public static TurningObjectOptions Comparison { get; } = new(8000, 40, 60, 60, 1200, 100);
}

/// <summary>What a forecast's draws are worth. Immutable.</summary>
/// <param name="Score">Continuous ranked probability score, mean over axes.</param>
/// <param name="Coverage">[axis], share of truths inside the central 90 % interval.</param>
/// <param name="Width">Mean width of that interval.</param>
public sealed record ForecastScore(double Score, double[] Coverage, double Width);

/// <summary>A forecast's quality at one age of the last picture. Immutable.</summary>
/// <param name="Steps">Steps since the last picture.</param>
/// <param name="Calibrated">With the spread that <see cref="ForecastCalibration"/> found at this age.</param>
/// <param name="Own">With the belief's own spread and the read-out's error.</param>
/// <param name="Error">Mean distance of the forecast's mean.</param>
/// <param name="HoldLast">Score of the last position held.</param>
/// <param name="Kalman">Score of a constant-velocity Kalman filter on the positions seen so far, tuned on the training episodes.</param>
/// <param name="ObjectPsnr">Peak signal-to-noise ratio, dB, of the mean predicted picture on the pixels that the object covers by half or more.</param>
public sealed record OpenLoopForecast(int Steps, ForecastScore Calibrated, ForecastScore Own, double Error, double HoldLast, double Kalman, double ObjectPsnr);

/// <summary>
/// One model on the <see cref="TurningObjectWorld"/>: trained, read out by ridge regression fitted on the training episodes, and asked
/// where the object is a number of steps after the last picture. Not thread-safe; offline.
/// </summary>
public sealed class TurningObjectExperiment : IDisposable
{
    private const int Warmup = 20;

    /// <summary>
    /// The camera of the training episodes loses pictures for good. Were they hidden and still to be told from draws of the prior, a prior
    /// that is narrow would be rewarded; so the first picture after a gap asks for one that is wide enough.
    /// </summary>
    private const double GapProbability = 0.06;
    private const int ReadEpisodes = 600;
    private readonly TurningObjectOptions _effort;
    private readonly SequenceReplay _training;
    private readonly SequenceReplay _reading;
    private readonly SequenceReplay _calibrationSet;
    private readonly SequenceReplay _testSet;
    private readonly RandomKey _key;
    private readonly LinearGaussianModel _tracker;
    private LinearProbe? _readout;

    /// <summary>Draws the episodes and tunes the classical tracker.</summary>
    public TurningObjectExperiment(TurningObjectOptions effort, RandomKey key)
    {
        var world = new TurningObjectWorld();
        (_effort, _key) = (effort, key);
        (_training, _reading, _calibrationSet, _testSet) = (new SequenceReplay(world.Layout), new SequenceReplay(world.Layout), new SequenceReplay(world.Layout), new SequenceReplay(world.Layout));
        for (var i = 0; i < effort.Episodes; i++)
            _training.Add(world.Draw(effort.Steps, key.Derive("training").Derive((ulong)i), GapProbability));
        foreach (var sequence in _training.Sequences.Take(ReadEpisodes))
            _reading.Add(sequence.Episode);
        for (var i = 0; i < effort.Apart; i++)
            _calibrationSet.Add(world.Draw(effort.Steps, key.Derive("calibration").Derive((ulong)i)));
        for (var i = 0; i < effort.HeldOut; i++)
            _testSet.Add(world.Draw(effort.Steps, key.Derive("held-out").Derive((ulong)i)));
        double[] spread = [1, 1];
        var tracks = _training.Sequences.Take(10).Select(s => Track(s, 0, s.Steps)).ToArray();
        _tracker = KinematicMotion.Model(2, KinematicOrder.ConstantVelocity, new KinematicTuner(2, KinematicOrder.ConstantVelocity, spread).Fit(tracks, new KinematicParameters(1, 1e-4)), spread);
    }

    /// <summary>How much is measured.</summary>
    public TurningObjectOptions Effort => _effort;

    /// <summary>The trained model; null before <see cref="Train"/>.</summary>
    public SequenceModel? Model { get; private set; }

    /// <summary>Sizes that the world asks for.</summary>
    public static SequenceModelOptions Sizes(SequenceModelKind kind) =>
        new()
        {
            Kind = kind,
            Deterministic = 64,
            Stochastic = 8,
            Hidden = 64,
            Embedding = 32,
            Channels = 16,
            Reconstruction = 16,
            Keypoints = 8,
            MinimumDeviation = 0.03,
            PictureDeviation = 0.3,
        };

    /// <summary>A model with about as many weights as another, by the width of its hidden layers.</summary>
    public static SequenceModelOptions FromEqualWeights(SequenceModelOptions sizes, long weights)
    {
        var best = sizes;
        var gap = long.MaxValue;
        for (var hidden = 48; hidden <= 160; hidden += 8)
        {
            var options = sizes with { Hidden = hidden };
            using var model = SequenceModel.Create(new TurningObjectWorld().Layout, options, default);
            if (Math.Abs(model.ParameterCount - weights) is var distance && distance < gap)
                (best, gap) = (options, distance);
        }

        return best;
    }

    /// <summary>
    /// How models are trained on the world; in the last three fifths of the updates the step size falls to a tenth. A pixel's σ is large
    /// (<see cref="Sizes"/>) and no nats are free: where a picture tells a place far better than any forecast can, the divergence drowns
    /// in the place's last digits, and dynamics are learned late.
    /// </summary>
    /// <param name="updates">Gradient steps in all.</param>
    /// <param name="overshooting">D of latent overshooting; 1 for none.</param>
    public static SequenceTrainingOptions Training(int updates, int overshooting = 1) => new()
    {
        BatchSize = 32,
        Length = 30,
        LearningRate = 3e-3,
        DecayAfter = updates * 2 / 5,
        DecayUpdates = updates * 3 / 5,
        Epsilon = 1e-6,
        OvershootingDistance = overshooting,
        FreeNats = 0,
        Dropout = ModalityDropout.None,
    };

    /// <summary>Trains a model anew.</summary>
    /// <param name="options">The model.</param>
    /// <param name="training">How; sequences are cut to the episodes' length.</param>
    /// <param name="progress">Told each update's number and loss; may be null.</param>
    /// <param name="cancellationToken">Stops between two updates.</param>
    public void Train(SequenceModelOptions options, SequenceTrainingOptions training, Action<long, SequenceLoss>? progress, CancellationToken cancellationToken)
    {
        Model?.Dispose();
        _readout = null;
        Model = SequenceModel.Create(_training.Layout, options, _key.Derive("weights"));
        Model.SetStatistics(_training);
        using var trainer = new SequenceTrainer(Model, training with { Length = Math.Min(training.Length, _effort.Steps) }, _key.Derive("updates"));
        trainer.Train(_training, _effort.Updates, progress, cancellationToken);
    }

    /// <summary>The held-out bound of the model.</summary>
    public SequenceLoss Bound() => ValidationElbo.Measure(Model!, _testSet, _key.Derive("bound"));

    /// <summary>Measures forecasts on the held-out episodes.</summary>
    /// <param name="horizons">Steps since the last picture, in rising order.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public IReadOnlyList<OpenLoopForecast> Measure(IReadOnlyList<int> horizons, CancellationToken cancellationToken)
    {
        int[] ages = [0, .. horizons.Where(h => h > 0)];
        var sampler = new BeliefSampler(Model!, Readout(), _effort.Copies);
        var calibration = ForecastCalibration.Fit([.. Cases(sampler, ages, cancellationToken)], _key.Derive("stretch"));
        var tallies = ages.Select(h => new ForecastTally(h)).ToArray();
        var random = _key.Derive("readout").OpenStream();
        var starts = Starts(ages[^1]);
        for (var e = 0; e < _testSet.Sequences.Count; e++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var forecasts = sampler.Draw(_testSet, e, starts, ages, _key.Derive("draws").Derive((ulong)e), pictured: true);
            for (var s = 0; s < starts.Length; s++)
            {
                var tracked = Forecast(_testSet.Sequences[e], starts[s], ages[^1]);
                for (var i = 0; i < tallies.Length; i++)
                {
                    var at = starts[s] + ages[i];
                    var values = forecasts[s].Values[i];
                    tallies[i].Add(calibration.Apply(i, values, ref random), calibration.Own(values, ref random), Position(_testSet.Sequences[e], at), Position(_testSet.Sequences[e], starts[s]), tracked[at]);
                    tallies[i].AddPicture(forecasts[s].Pictures[i], _testSet.Sequences[e].Picture(0, at));
                }
            }
        }

        return [.. tallies.Where(t => horizons.Contains(t.Steps)).Select(t => t.Result())];
    }

    /// <summary>Steps until the error is back within a fifth of what it was, after a gap in the pictures; NaN when it does not come back.</summary>
    /// <param name="gap">Steps without pictures.</param>
    public double RecoverySteps(int gap)
    {
        var readout = Readout();
        var hidden = LatentFeatures.From(Model!, _testSet, b => b.Hide(0, t => t >= Warmup && t < Warmup + gap), view: View);
        var seen = LatentFeatures.From(Model!, _testSet, view: View);
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

    /// <summary>The last steps seen: every fifth that leaves room for the horizon.</summary>
    private int[] Starts(int horizon) =>
        [.. Enumerable.Range(0, _effort.Steps).Select(i => Warmup + (i * 5)).Where(s => s + horizon < _effort.Steps)];

    private IEnumerable<(double[][][] Draws, double[][] Truth)> Cases(BeliefSampler sampler, int[] ages, CancellationToken cancellationToken)
    {
        var starts = Starts(ages[^1]);
        for (var e = 0; e < _calibrationSet.Sequences.Count; e++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var forecasts = sampler.Draw(_calibrationSet, e, starts, ages, _key.Derive("calibration").Derive((ulong)e), pictured: false);
            for (var s = 0; s < starts.Length; s++)
                yield return (forecasts[s].Values, [.. ages.Select(a => Position(_calibrationSet.Sequences[e], starts[s] + a))]);
        }
    }

    /// <summary>
    /// Fitted on draws of beliefs, as it is to read draws: a latent that tells nothing hardly moves in the mean, but its draws do. Only steps
    /// with a picture count, where a draw is near the truth; elsewhere a fit would shrink what is drawn.
    /// </summary>
    private LinearProbe Readout()
    {
        if (_readout is not null)
            return _readout;
        var features = LatentFeatures.From(Model!, _reading, draws: _key.Derive("reading"), view: View);
        var (rows, targets) = (new List<float[]>(), new List<double[]>());
        for (var e = 0; e < features.Length; e++)
        {
            for (var t = Warmup / 2; t < features[e].Length; t++)
            {
                if (!_reading.Sequences[e].IsNew(0, t))
                    continue;
                rows.Add(features[e][t]);
                targets.Add(Position(_reading.Sequences[e], t));
            }
        }

        return _readout = LinearProbe.Fit(rows, targets);
    }

    private TorchSharp.torch.Tensor View(TorchSharp.torch.Tensor features) => DecodedCentroid.Append(Model!, features);

    private double MeanError(LinearProbe readout, float[][][] features, int step) => features.Select((f, e) =>
    {
        var (read, truth) = (readout.Read(f[step]), Position(_testSet.Sequences[e], step));
        return Math.Sqrt(read.Zip(truth, (a, b) => (a - b) * (a - b)).Sum());
    }).Average();
}
