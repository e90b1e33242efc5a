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

/// <summary>Sizes of a <see cref="LearnedOscillatorExperiment"/>. Immutable.</summary>
/// <param name="Episodes">Training episodes.</param>
/// <param name="TestEpisodes">Test episodes.</param>
/// <param name="Steps">Steps per episode.</param>
/// <param name="Updates">Gradient steps.</param>
/// <param name="Particles">K of the bounds.</param>
public sealed record LearnedOscillatorSizes(int Episodes, int TestEpisodes, int Steps, int Updates, int Particles);

/// <summary>Results of a model that learned all of its parameters on the oscillator. Immutable.</summary>
/// <param name="StateError">Root mean square error of the state by a linear probe of the belief.</param>
/// <param name="KalmanError">The same of the Kalman filter with the true parameters.</param>
/// <param name="IwaePerStep">
/// Log-likelihood by importance weighting, nats per step; NaN for kinds that cannot be evaluated step by step.
/// </param>
/// <param name="FivoPerStep">Log-likelihood by a particle filter, nats per step; NaN for the same kinds.</param>
/// <param name="LogLikelihoodPerStep">Log-likelihood of the same readings under the true model, nats per step.</param>
public sealed record LearnedOscillatorResult(
    double StateError, double KalmanError, double IwaePerStep, double FivoPerStep, double LogLikelihoodPerStep);

/// <summary>
/// A sequence model whose parameters are learned on the linear-Gaussian oscillator, compared with the Kalman filter that is given the
/// true ones. The state is decoded from the belief by a linear probe fitted on the training episodes. Uses the calling thread; offline.
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
        var (trainingSet, testSet) = (Sample("training", sizes.Episodes), Sample("held-out", sizes.TestEpisodes));
        var (training, test) = (Replay(trainingSet), Replay(testSet));
        using var model = SequenceModel.Create(training.Layout, Options(kind, training), key.Derive("weights"));
        model.SetStatistics(training);
        var options = new SequenceTrainingOptions
        {
            BatchSize = 32,
            Length = sizes.Steps,
            LearningRate = 2e-3,
            FreeNats = 0,
            MaximumGradientNorm = 100,
            Dropout = ModalityDropout.None,
        };
        using (var trainer = new SequenceTrainer(model, options, key.Derive("updates")))
            trainer.Train(training, sizes.Updates, progress, cancellationToken);
        var filter = new KalmanFilter(_world.Model);
        var kalman = testSet.Select(s => filter.Run(s.Steps).Filtered.Select(f => f.Mean).ToArray()).ToArray();
        var (iwae, fivo) = Bounds(model, test);
        return new LearnedOscillatorResult(
            Error(testSet, Decode(model, training, trainingSet, test)), Error(testSet, kalman), iwae, fivo,
            testSet.Average(s => filter.LogLikelihood(s.Steps)) / sizes.Steps);
    }

    private RecordedSequence[] Sample(string name, int count) =>
        [.. Enumerable.Range(0, count).Select(i => _world.Sample(sizes.Steps, key.Derive(name).Derive((ulong)i), controlStd: 0.5))];

    /// <summary>Small sizes; the likelihood's σ is the sensor's, in units of the readings' std.</summary>
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

    private static double[][][] Decode(
        SequenceModel model, SequenceReplay training, RecordedSequence[] trainingSet, SequenceReplay test)
    {
        var features = LatentFeatures.From(model, training);
        var probe = LinearProbe.Fit([.. features.SelectMany(f => f)], [.. trainingSet.SelectMany(s => s.States)]);
        return [.. LatentFeatures.From(model, test).Select(episode => episode.Select(f => probe.Read(f)).ToArray())];
    }

    private (double Iwae, double Fivo) Bounds(SequenceModel model, SequenceReplay test)
    {
        if (model is not RecurrentStateSpaceModel rssm)
            return (double.NaN, double.NaN);
        using var scope = NewDisposeScope();
        using var random = TorchRandom.Scope(key.Derive("particles").Value);
        var count = test.Sequences.Count;
        var proposal = new RssmProposal(rssm, test.Whole(0, count, sizes.Steps, CPU), sizes.Particles);
        var units = Math.Log(((VectorEncoder)model.Encoder[0]).Std.item<float>());
        return (PerStep(false), PerStep(true));

        double PerStep(bool resample)
        {
            var bound = ParticleBound.Estimate(proposal, sizes.Steps, count, sizes.Particles, resample).mean();
            return (bound.item<float>() / sizes.Steps) - units;
        }
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
