using Robotics.Core.Randomness;
using Robotics.Inference.Formats;
using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Probes;
using Robotics.SequenceModels.Sequences;
using Robotics.SequenceModels.Training;
using Robotics.StateEstimation.Kalman;
using Robotics.Studies.Worlds;

namespace Robotics.Studies.Forecasts;

/// <summary>Sizes of a <see cref="TurningObjectExperiment"/>. Immutable.</summary>
/// <param name="Episodes">Training episodes.</param>
/// <param name="CalibrationEpisodes">Episodes of the calibration set.</param>
/// <param name="TestEpisodes">Test episodes.</param>
/// <param name="Steps">Steps per episode.</param>
/// <param name="Updates">Gradient steps.</param>
/// <param name="Samples">Samples of a belief.</param>
public sealed record TurningObjectOptions(
    int Episodes, int CalibrationEpisodes, int TestEpisodes, int Steps, int Updates, int Samples)
{
    /// <summary>Small sizes for a quick run.</summary>
    public static TurningObjectOptions Quick { get; } = new(600, 10, 10, 60, 300, 50);

    /// <summary>
    /// Sizes for published results. Thousands of episodes are needed because turns are random: with some hundreds the model overfits, and
    /// its forecasts get worse with training.
    /// </summary>
    public static TurningObjectOptions Full { get; } = new(8000, 60, 60, 60, 1800, 200);

    /// <summary>Sizes for comparing several models.</summary>
    public static TurningObjectOptions Comparison { get; } = new(8000, 40, 60, 60, 1200, 100);
}

/// <summary>Scores of a forecast's samples. Immutable.</summary>
/// <param name="Score">Continuous ranked probability score, mean over axes.</param>
/// <param name="Coverage">[axis], coverage of the central 90 % interval.</param>
/// <param name="Width">Mean width of this interval.</param>
public sealed record ForecastScore(double Score, double[] Coverage, double Width);

/// <summary>Scores of open-loop forecasts at one age of the last image. Immutable.</summary>
/// <param name="Steps">Steps since the last image.</param>
/// <param name="Calibrated">Scores after <see cref="ForecastCalibration"/>.</param>
/// <param name="Own">Scores with the belief's own variance and the probe's residual.</param>
/// <param name="Error">Mean distance of the forecast's mean from the true position.</param>
/// <param name="HoldLast">CRPS of holding the last observed position.</param>
/// <param name="Kalman">CRPS of a constant-velocity Kalman filter on the positions seen so far, tuned on the training episodes.</param>
/// <param name="ObjectPsnr">
/// Peak signal-to-noise ratio, dB, of the mean predicted image on the pixels that the object covers by half or more.
/// </param>
public sealed record OpenLoopForecast(
    int Steps, ForecastScore Calibrated, ForecastScore Own, double Error, double HoldLast, double Kalman, double ObjectPsnr);

/// <summary>
/// One model on the <see cref="TurningObjectWorld"/>: trained, decoded by a linear probe fitted on training episodes, and evaluated on
/// the object's position a number of steps after the last image. Not thread-safe; offline.
/// </summary>
public sealed class TurningObjectExperiment : IDisposable
{
    private const int Warmup = 20;

    /// <summary>
    /// Images lost in the training episodes are removed, not hidden. If they were hidden but still reconstructed from samples of the
    /// prior, the loss would favour a narrow prior; without them, the first image after a gap requires one that is wide enough.
    /// </summary>
    private const double GapProbability = 0.06;
    private const int ProbeEpisodes = 600;
    private readonly TurningObjectOptions _options;
    private readonly SequenceReplay _training;
    private readonly SequenceReplay _probing;
    private readonly SequenceReplay _calibrationSet;
    private readonly SequenceReplay _testSet;
    private readonly RandomKey _key;
    private readonly LinearGaussianModel _tracker;
    private LinearProbe? _probe;

    /// <summary>Samples the episodes and tunes the Kalman filter.</summary>
    public TurningObjectExperiment(TurningObjectOptions options, RandomKey key)
    {
        var world = new TurningObjectWorld();
        (_options, _key) = (options, key);
        (_training, _probing) = (new SequenceReplay(world.Layout), new SequenceReplay(world.Layout));
        (_calibrationSet, _testSet) = (new SequenceReplay(world.Layout), new SequenceReplay(world.Layout));
        for (var i = 0; i < options.Episodes; i++)
            _training.Add(world.Sample(options.Steps, key.Derive("training").Derive((ulong)i), GapProbability));
        foreach (var sequence in _training.Sequences.Take(ProbeEpisodes))
            _probing.Add(sequence.Episode);
        for (var i = 0; i < options.CalibrationEpisodes; i++)
            _calibrationSet.Add(world.Sample(options.Steps, key.Derive("calibration").Derive((ulong)i)));
        for (var i = 0; i < options.TestEpisodes; i++)
            _testSet.Add(world.Sample(options.Steps, key.Derive("held-out").Derive((ulong)i)));
        double[] initialStd = [1, 1];
        var tracks = _training.Sequences.Take(10).Select(s => Track(s, 0, s.Steps)).ToArray();
        var tuner = new KinematicTuner(2, KinematicOrder.ConstantVelocity, initialStd);
        var parameters = tuner.Fit(tracks, new KinematicParameters(1, 1e-4));
        _tracker = KinematicMotion.Model(2, KinematicOrder.ConstantVelocity, parameters, initialStd);
    }

    /// <summary>Sizes of the experiment.</summary>
    public TurningObjectOptions Options => _options;

    /// <summary>The trained model; null before <see cref="Train"/>.</summary>
    public SequenceModel? Model { get; private set; }

    /// <summary>Sizes of models for this world.</summary>
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
    /// Training options for this world; in the last three fifths of the updates the step size falls to a tenth. A pixel's σ is large
    /// (<see cref="Sizes"/>) and there are no free nats: where an image determines the position far better than any forecast, the
    /// reconstruction term outweighs the KL, and the dynamics are learned late.
    /// </summary>
    /// <param name="updates">Total gradient steps.</param>
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

    /// <summary>Trains a new model.</summary>
    /// <param name="options">The model.</param>
    /// <param name="training">Training options; sequences are cut to the episodes' length.</param>
    /// <param name="progress">Receives each update's number and loss; may be null.</param>
    /// <param name="cancellationToken">Cancels the work between two updates.</param>
    public void Train(
        SequenceModelOptions options, SequenceTrainingOptions training, Action<long, SequenceLoss>? progress,
        CancellationToken cancellationToken)
    {
        Model?.Dispose();
        _probe = null;
        Model = SequenceModel.Create(_training.Layout, options, _key.Derive("weights"));
        Model.SetStatistics(_training);
        var length = Math.Min(training.Length, _options.Steps);
        using var trainer = new SequenceTrainer(Model, training with { Length = length }, _key.Derive("updates"));
        trainer.Train(_training, _options.Updates, progress, cancellationToken);
    }

    /// <summary>Evidence lower bound of the model on the test set.</summary>
    public SequenceLoss Bound() => ValidationElbo.Measure(Model!, _testSet, _key.Derive("bound"));

    /// <summary>Measures forecasts on the test set.</summary>
    /// <param name="horizons">Steps since the last image, ascending.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public IReadOnlyList<OpenLoopForecast> Measure(IReadOnlyList<int> horizons, CancellationToken cancellationToken)
    {
        int[] ages = [0, .. horizons.Where(h => h > 0)];
        var sampler = new BeliefSampler(Model!, Probe(), _options.Samples);
        var calibration = ForecastCalibration.Fit([.. Cases(sampler, ages, cancellationToken)], _key.Derive("stretch"));
        var tallies = ages.Select(h => new ForecastTally(h)).ToArray();
        var random = _key.Derive("readout").OpenStream();
        var starts = Starts(ages[^1]);
        for (var e = 0; e < _testSet.Sequences.Count; e++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var forecasts = sampler.Sample(_testSet, e, starts, ages, _key.Derive("draws").Derive((ulong)e), images: true);
            for (var s = 0; s < starts.Length; s++)
            {
                var tracked = Forecast(_testSet.Sequences[e], starts[s], ages[^1]);
                for (var i = 0; i < tallies.Length; i++)
                {
                    var at = starts[s] + ages[i];
                    var values = forecasts[s].Values[i];
                    var (truth, last) = (Position(_testSet.Sequences[e], at), Position(_testSet.Sequences[e], starts[s]));
                    var calibrated = calibration.Apply(i, values, ref random);
                    tallies[i].Add(calibrated, calibration.Own(values, ref random), truth, last, tracked[at]);
                    tallies[i].AddImage(forecasts[s].Images[i], _testSet.Sequences[e].Image(0, at));
                }
            }
        }

        return [.. tallies.Where(t => horizons.Contains(t.Steps)).Select(t => t.Result())];
    }

    /// <summary>
    /// Steps after a gap in the images until the error is at most 1.2 × that without the gap; NaN when it does not recover.
    /// </summary>
    /// <param name="gap">Steps without images.</param>
    public double RecoverySteps(int gap)
    {
        var probe = Probe();
        var hidden = LatentFeatures.From(Model!, _testSet, b => b.Hide(0, t => t >= Warmup && t < Warmup + gap), view: View);
        var seen = LatentFeatures.From(Model!, _testSet, view: View);
        var remaining = _options.Steps - Warmup - gap;
        for (var k = 0; k < remaining; k++)
        {
            if (MeanError(probe, hidden, Warmup + gap + k) <= 1.2 * MeanError(probe, seen, Warmup + gap + k))
                return k + 1;
        }

        return double.NaN;
    }

    /// <inheritdoc/>
    public void Dispose() => Model?.Dispose();

    private static double[] Position(EpisodeSequence sequence, int step) =>
        [.. sequence.Episode.Observation(step).ToArray().Select(v => (double)v)];

    private static LinearStep[] Track(EpisodeSequence sequence, int unobserved, int steps) =>
        [.. Enumerable.Range(0, steps).Select(t => new LinearStep(0.05, null, [t < steps - unobserved ? Position(sequence, t) : null]))];

    private IReadOnlyList<GaussianState> Forecast(EpisodeSequence sequence, int last, int horizon) =>
        new KalmanFilter(_tracker).Run(Track(sequence, horizon, last + 1 + horizon)).Filtered;

    /// <summary>Last observed steps: every fifth step that leaves room for the horizon.</summary>
    private int[] Starts(int horizon) =>
        [.. Enumerable.Range(0, _options.Steps).Select(i => Warmup + (i * 5)).Where(s => s + horizon < _options.Steps)];

    private IEnumerable<(double[][][] Samples, double[][] Truth)> Cases(
        BeliefSampler sampler, int[] ages, CancellationToken cancellationToken)
    {
        var starts = Starts(ages[^1]);
        for (var e = 0; e < _calibrationSet.Sequences.Count; e++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var key = _key.Derive("calibration").Derive((ulong)e);
            var forecasts = sampler.Sample(_calibrationSet, e, starts, ages, key, images: false);
            for (var s = 0; s < starts.Length; s++)
                yield return (forecasts[s].Values, [.. ages.Select(a => Position(_calibrationSet.Sequences[e], starts[s] + a))]);
        }
    }

    /// <summary>
    /// Linear probe fitted on samples of beliefs, because it decodes samples: an uninformative latent varies little in the mean but much
    /// in its samples. Only steps with an image are used, where a sample is near the ground truth; elsewhere the fit would shrink the
    /// decoded values.
    /// </summary>
    private LinearProbe Probe()
    {
        if (_probe is not null)
            return _probe;
        var features = LatentFeatures.From(Model!, _probing, samples: _key.Derive("reading"), view: View);
        var (rows, targets) = (new List<float[]>(), new List<double[]>());
        for (var e = 0; e < features.Length; e++)
        {
            for (var t = Warmup / 2; t < features[e].Length; t++)
            {
                if (!_probing.Sequences[e].IsNew(0, t))
                    continue;
                rows.Add(features[e][t]);
                targets.Add(Position(_probing.Sequences[e], t));
            }
        }

        return _probe = LinearProbe.Fit(rows, targets);
    }

    private TorchSharp.torch.Tensor View(TorchSharp.torch.Tensor features) => DecodedCentroid.Append(Model!, features);

    private double MeanError(LinearProbe probe, float[][][] features, int step) => features.Select((f, e) =>
    {
        var (decoded, truth) = (probe.Read(f[step]), Position(_testSet.Sequences[e], step));
        return Math.Sqrt(decoded.Zip(truth, (a, b) => (a - b) * (a - b)).Sum());
    }).Average();
}
