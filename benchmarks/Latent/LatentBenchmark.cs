using Robotics.Benchmarks.Machine;
using Robotics.Benchmarks.Planner;
using Robotics.Controller.Planning;
using Robotics.Core.Randomness;
using Robotics.Core.Rollouts;
using Robotics.Core.Threading;
using Robotics.Core.Time;
using Robotics.Inference.Latent;
using Robotics.Inference.Rssm;
using Robotics.SequenceModels.Filtering;
using Robotics.SequenceModels.Models;
using Robotics.TorchExtras;
using Robotics.WorldModel.Behaviour;
using Robotics.WorldModel.BeliefEnsembles;
using Robotics.WorldModel.Latent;

namespace Robotics.Benchmarks.Latent;

/// <summary>
/// Times decisions in the belief, in turns within one run: over the compiled ensemble, with and without value and proposals of an actor,
/// over the filter's own prior, and over the ensemble by libtorch on one thread. Weights are untrained.
/// </summary>
internal sealed class LatentBenchmark : IDisposable
{
    private const double WarmUpSeconds = 1.4;
    private const double TurnSeconds = 0.25;
    private const float BeliefStd = 0.05f;
    private readonly IClock _clock;
    private readonly WorkerPool _workers;
    private readonly RecurrentStateSpaceModel _model;
    private readonly BeliefEnsemble _ensemble;

    /// <summary>Creates the evaluators.</summary>
    /// <param name="preset">The planning problem.</param>
    /// <param name="threads">Threads of the compiled evaluators.</param>
    /// <param name="clock">The stopwatch.</param>
    /// <param name="seed">Seed of weights and decisions.</param>
    public LatentBenchmark(LatentPreset preset, int threads, IClock clock, ulong seed)
    {
        _clock = clock;
        TorchProcess.Threads = 1;
        var key = RandomKey.FromSeed(seed);
        _workers = PinnedWorkers.Create(threads);
        _model = (RecurrentStateSpaceModel)SequenceModel.Create(preset.Layout, preset.Model, key.Derive("filter"));
        var (latent, features, actions) = (preset.Latent, _model.FeatureDimension, preset.Layout.ActionDimension);
        _ensemble = new BeliefEnsemble(
            preset.Model.Deterministic, preset.Model.Stochastic, actions, latent.BeliefEnsemble, key.Derive("ensemble"));
        using var random = TorchRandom.Scope(key.Derive("behaviour").Value);
        using var actor = new LatentActor(features, actions, latent.Behaviour);
        using var value = new LatentValue(features, latent.Behaviour);
        var (compiled, weights, decisions) = (RssmExport.Compile(_model), _ensemble.Export(), key.Derive("decisions"));
        var plain = new BeliefEnsembleEvaluator(weights, latent.Rollout.ToOptions(_workers, null));
        var whole = new BeliefEnsembleEvaluator(weights, latent.Rollout.ToOptions(_workers, value.Export()));
        var prior = new ActorPrior(compiled, actor.Export(), (int)(preset.Planner.PriorShare * preset.Planner.Population));
        var flops = plain.FlopsPerCandidateStep;
        Timers =
        [
            ("ensemble", new DecisionTimer(preset.Planner, plain, flops, clock, decisions, std: BeliefStd)),
            ("ensemble_value_prior", new DecisionTimer(preset.Planner, whole, flops, clock, decisions, prior, BeliefStd)),
            ("rssm", new DecisionTimer(preset.Planner, new RssmTrajectoryEvaluator(compiled, _workers), 0, clock, decisions)),
            ("libtorch", new DecisionTimer(
                preset.Planner, new LibtorchBeliefEvaluator(_ensemble, latent.Rollout.Particles, latent.Rollout.Sampled), flops, clock,
                decisions, std: BeliefStd)),
        ];
        MaximumRelativeError = Compare(weights, latent, preset.Planner.Horizon, decisions);
    }

    /// <summary>The timers by name.</summary>
    public IReadOnlyList<(string Name, DecisionTimer Timer)> Timers { get; }

    /// <summary>Maximum difference between compiled and libtorch returns along the means, relative to the maximum return.</summary>
    public double MaximumRelativeError { get; }

    /// <summary>Measures.</summary>
    /// <param name="seconds">Duration of all measurements together, after warm-up, s.</param>
    /// <param name="report">Called with the elapsed time, s.</param>
    /// <param name="cancellationToken">Stops between two decisions.</param>
    public void Run(double seconds, Action<double> report, CancellationToken cancellationToken)
    {
        foreach (var (_, timer) in Timers)
            Turn(WarmUpSeconds, timer.WarmUp, cancellationToken);
        var start = _clock.Now;
        do
        {
            foreach (var (_, timer) in Timers)
                Turn(TurnSeconds, timer.Run, cancellationToken);
            report((_clock.Now - start).TotalSeconds);
        }
        while ((_clock.Now - start).TotalSeconds < seconds);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _workers.Dispose();
        _ensemble.Dispose();
        _model.Dispose();
    }

    private double Compare(BeliefEnsembleWeights weights, LatentOptions latent, int horizon, RandomKey key)
    {
        const int Population = 32;
        var random = key.OpenStream();
        var (belief, actions) = (new float[weights.FeatureDimension], new float[Population * horizon * weights.ActionDimension]);
        for (var i = 0; i < belief.Length + actions.Length; i++)
            (i < belief.Length ? ref belief[i] : ref actions[i - belief.Length]) = (float)random.NextUniform(-1, 1);
        var request = new RolloutRequest { Belief = belief, Actions = actions, Population = Population, Horizon = horizon, Key = key };
        var (expected, found) = (new RolloutResult(Population), new RolloutResult(Population));
        new LibtorchBeliefEvaluator(_ensemble, latent.Rollout.Particles, isSampled: false).Evaluate(request, expected);
        new BeliefEnsembleEvaluator(weights, (latent.Rollout with { Sampled = false }).ToOptions(_workers, null)).Evaluate(request, found);
        return expected.Returns.Zip(found.Returns, (e, f) => Math.Abs((double)e - f)).Max() / expected.Returns.Max(Math.Abs);
    }

    private void Turn(double seconds, Action decide, CancellationToken cancellationToken)
    {
        var end = _clock.Now + TimeSpan.FromSeconds(seconds);
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            decide();
        }
        while (_clock.Now < end);
    }
}
