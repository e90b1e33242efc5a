using Robotics.Core.Randomness;
using Robotics.Data.Episodes;
using Robotics.Inference.Formats;
using Robotics.SequenceModels.Filtering;
using Robotics.SequenceModels.Layers;
using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Probes;
using Robotics.SequenceModels.Sequences;
using Robotics.SequenceModels.Training;
using Robotics.StateEstimation.Kalman;
using Robotics.Studies.Worlds;
using Robotics.TorchExtras;
using static TorchSharp.torch;

namespace Robotics.Studies.Estimators;

/// <summary>How much a <see cref="LearnedOscillatorExperiment"/> learns from and measures. Immutable.</summary>
/// <param name="Episodes">To learn from.</param>
/// <param name="HeldOut">To measure on.</param>
/// <param name="Steps">In an episode.</param>
/// <param name="Updates">Gradient steps.</param>
/// <param name="Particles">K of the bounds.</param>
public sealed record LearnedOscillatorSizes(int Episodes, int HeldOut, int Steps, int Updates, int Particles);

/// <summary>What a model that learned everything itself knows of the oscillator. Immutable.</summary>
/// <param name="StateError">Root mean square error of the state, read out of the belief linearly.</param>
/// <param name="KalmanError">The same of the Kalman filter that knows the truth.</param>
/// <param name="IwaePerStep">Its log-likelihood by importance weighting, nats a step; NaN for kinds that cannot be stepped.</param>
/// <param name="FivoPerStep">Its log-likelihood by a particle filter, nats a step; NaN for kinds that cannot be stepped.</param>
/// <param name="LogLikelihoodPerStep">The true model's log-likelihood of the same readings, nats a step.</param>
public sealed record LearnedOscillatorResult(double StateError, double KalmanError, double IwaePerStep, double FivoPerStep, double LogLikelihoodPerStep);

/// <summary>
/// A member of the family that learns its parameters on the linear-Gaussian oscillator, beside the Kalman filter that is given the true
/// ones. Its belief is read out by ridge regression that is fitted on the training episodes. Uses the calling thread; offline.
/// </summary>
/// <param name="sizes">Sizes.</param>
/// <param name="key">The randomness.</param>
public sealed class LearnedOscillatorExperiment(LearnedOscillatorSizes sizes, RandomKey key)
{
    private const double Period = 1;
    private readonly LinearGaussianWorld _world = new(LinearGaussianWorld.Oscillator());

    /// <summary>Trains a model and measures it.</summary>
    public LearnedOscillatorResult Run(SequenceModelKind kind, Action<long, SequenceLoss>? progress, CancellationToken cancellationToken)
    {
        var (learned, held) = (Draw("training", sizes.Episodes), Draw("held-out", sizes.HeldOut));
        var (training, test) = (Replay(learned), Replay(held));
        using var model = SequenceModel.Create(training.Layout, Options(kind, training), key.Derive("weights"));
        model.SetStatistics(training);
        var options = new SequenceTrainingOptions { BatchSize = 32, Length = sizes.Steps, LearningRate = 2e-3, FreeNats = 0, MaximumGradientNorm = 100, Dropout = ModalityDropout.None };
        using (var trainer = new SequenceTrainer(model, options, key.Derive("updates")))
            trainer.Train(training, sizes.Updates, progress, cancellationToken);
        var filter = new KalmanFilter(_world.Model);
        var kalman = held.Select(s => filter.Run(s.Steps).Filtered.Select(f => f.Mean).ToArray()).ToArray();
        var (iwae, fivo) = Bounds(model, test);
        return new LearnedOscillatorResult(
            Error(held, ReadOut(model, training, learned, test)), Error(held, kalman), iwae, fivo,
            held.Average(s => filter.LogLikelihood(s.Steps)) / sizes.Steps);
    }

    private RecordedSequence[] Draw(string name, int count) =>
        [.. Enumerable.Range(0, count).Select(i => _world.Draw(sizes.Steps, key.Derive(name).Derive((ulong)i), controlSpread: 0.5))];

    /// <summary>Small sizes; the likelihood's σ is the sensor's, in units of the readings' spread.</summary>
    private SequenceModelOptions Options(SequenceModelKind kind, SequenceReplay training) => new()
    {
        Kind = kind,
        Deterministic = 32,
        Stochastic = 4,
        Hidden = 32,
        Embedding = 16,
        MinimumDeviation = 0.01,
        VectorDeviation = Math.Sqrt(_world.Model.Sensors[0].Noise[0, 0]) / training.Statistics(0).StandardDeviation[0],
    };

    private static double[][][] ReadOut(SequenceModel model, SequenceReplay training, RecordedSequence[] learned, SequenceReplay test)
    {
        var features = LatentFeatures.From(model, training);
        var readout = LinearProbe.Fit([.. features.SelectMany(f => f)], [.. learned.SelectMany(s => s.States)]);
        return [.. LatentFeatures.From(model, test).Select(episode => episode.Select(f => readout.Read(f)).ToArray())];
    }

    private (double Iwae, double Fivo) Bounds(SequenceModel model, SequenceReplay test)
    {
        if (model is not RecurrentStateSpaceModel rssm)
            return (double.NaN, double.NaN);
        using var scope = NewDisposeScope();
        using var random = TorchRandom.Scope(key.Derive("particles").Value);
        var count = test.Sequences.Count;
        var proposal = new RssmProposal(rssm, test.Whole(0, count, sizes.Steps, CPU), sizes.Particles);
        var units = Math.Log(((VectorEncoder)model.Encoder[0]).Deviation.item<float>());
        double PerStep(bool resample) => (ParticleBound.Estimate(proposal, sizes.Steps, count, sizes.Particles, resample).mean().item<float>() / sizes.Steps) - units;
        return (PerStep(false), PerStep(true));
    }

    private static double Error(RecordedSequence[] sequences, double[][][] means) => Math.Sqrt(
        sequences.Zip(means, (s, m) => s.States.Zip(m, (x, y) => x.Zip(y, (a, b) => (a - b) * (a - b)).Sum()).Average()).Average());

    private static SequenceReplay Replay(IReadOnlyList<RecordedSequence> sequences)
    {
        var replay = new SequenceReplay(SequenceLayout.From(Header, ["position"], []));
        foreach (var sequence in sequences)
            replay.Add(ToEpisode(sequence));
        return replay;
    }

    private static EpisodeHeader Header { get; } = new()
    {
        Task = "oscillator",
        TaskHash = "",
        ObservationHash = "",
        ActionHash = "",
        Controller = "none",
        Trial = 0,
        Index = 0,
        Seed = 0,
        Key = 0,
        PeriodSeconds = Period,
        ObservationNames = ["position"],
        ActionNames = ["push"],
        CommandNames = ["push"],
    };

    private static Episode ToEpisode(RecordedSequence sequence)
    {
        var steps = sequence.Steps.Count - 1;
        return new Episode
        {
            Header = Header,
            IsPartial = false,
            Observations = [.. sequence.Steps.Select(s => (float)s.Readings[0]![0])],
            Actions = [.. sequence.Steps.Skip(1).Select(s => (float)s.Control![0])],
            Requested = new double[steps],
            Applied = new double[steps],
            Rewards = new float[steps],
            Times = [.. Enumerable.Range(0, steps + 1).Select(t => (long)(t * Period * 1e9))],
            Flags = new StepFlags[steps],
            PredictedReturns = new float[steps],
            Disagreements = new float[steps],
            PlanNanoseconds = new long[steps],
        };
    }
}
