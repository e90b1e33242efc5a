using Robotics.Core;
using Robotics.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Robotics.StateEstimation;

/// <summary>Sizes of an <see cref="AmortizationStudy"/>. Immutable.</summary>
/// <param name="Updates">Gradient steps for θ, and for each arm.</param>
/// <param name="Steps">Length of sequences.</param>
/// <param name="Batch">Sequences in a batch.</param>
/// <param name="HeldOut">Sequences to measure on.</param>
/// <param name="ReferenceSteps">Gradient steps of the reference at each time step.</param>
/// <param name="Particles">Samples of the importance-weighted bound.</param>
public sealed record AmortizationSizes(int Updates, int Steps, int Batch, int HeldOut, int ReferenceSteps, int Particles);

/// <summary>What an arm achieved on held-out sequences. Immutable.</summary>
/// <param name="Arm">Its name.</param>
/// <param name="Parameters">Numbers that it learned.</param>
/// <param name="Gap">Median over time steps of the reference's bound less the arm's, from the same memory, nats; never negative.</param>
/// <param name="BoundPerStep">Its evidence lower bound, nats a step.</param>
/// <param name="ImportanceWeightedPerStep">Its importance-weighted bound (Burda et al. 2016), nats a step.</param>
public sealed record ArmResult(string Arm, long Parameters, double Gap, double BoundPerStep, double ImportanceWeightedPerStep);

/// <summary>
/// How far from the best posterior each way of finding it stays. θ is learned with a direct encoder and then frozen; every arm filters
/// with the same θ. The reference at a step is the best of three: gradient steps from the prior, gradient steps from the arm's own
/// posterior, and that posterior itself, because λ may have several optima. Uses the calling thread; offline.
/// </summary>
/// <param name="draw">Draws sequences: steps, how many, key; [T × B × x].</param>
/// <param name="deviation">σ_x.</param>
/// <param name="sizes">Sizes.</param>
public sealed class AmortizationStudy(Func<int, int, RandomKey, Tensor> draw, double deviation, AmortizationSizes sizes)
{
    private const int Latent = 8;
    private const int Hidden = 48;
    private const int Width = 48;
    private const int BoundSamples = 16;
    private const double ReferenceRate = 0.1;
    private const int ReferenceSamples = 2;

    /// <summary>Learns and measures all arms for one seed.</summary>
    public IReadOnlyList<ArmResult> Run(RandomKey key, Action<string> progress, CancellationToken cancellation)
    {
        using var outer = NewDisposeScope();
        var observation = (int)draw(1, 1, key).shape[2];
        var (model, first) = Seeded(key, () =>
        {
            var made = new FilteringModel(observation, Latent, Hidden, deviation);
            return (made, new DirectArm(made, Width));
        });
        using var ownedModel = model;
        using var ownedFirst = first;
        progress("generative model");
        Fit(model, first, [.. model.parameters(), .. first.parameters()], key.Derive("theta"), through: true, cancellation);
        foreach (var parameter in model.parameters())
            parameter.requires_grad = false;
        var results = new List<ArmResult>();
        foreach (var (name, arm) in Arms(model, key))
        {
            using var owned = arm;
            progress(name);
            if (arm.ParameterCount > 0)
                Fit(model, arm, [.. arm.parameters()], key.Derive("arms"), through: false, cancellation);
            results.Add(Measure(model, name, arm, key.Derive("measure")));
            if (name != "direct")
                continue;
            using var refined = new RefinedArm(arm, 4);
            results.Add(Measure(model, "direct_4_gradient_steps", refined, key.Derive("measure")));
        }

        return results;
    }

    private static IEnumerable<(string Name, InferenceArm Arm)> Arms(FilteringModel model, RandomKey key)
    {
        yield return ("direct", Seeded(key, () => new DirectArm(model, Width)));
        yield return ("direct_4x", Seeded(key, () => new DirectArm(model, 4 * Width)));
        foreach (var iterations in new[] { 1, 2, 4, 8 })
            yield return ($"avf_{iterations}", Seeded(key, () => new IterativeArm(model, IterativeArm.WidthLikeDirect(model, Width), iterations)));
    }

    private static T Seeded<T>(RandomKey key, Func<T> make)
    {
        using var random = TorchRandom.Scope(key.Derive("weights").Value);
        return make();
    }

    private void Fit(FilteringModel model, InferenceArm arm, IReadOnlyList<Parameter> learned, RandomKey key, bool through, CancellationToken cancellation)
    {
        using var optimizer = optim.Adam(learned, 1e-3);
        for (var update = 0; update < sizes.Updates; update++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var random = TorchRandom.Scope(key.Derive((ulong)update).Derive(1).Value);
            foreach (var group in optimizer.ParamGroups)
                group.LearningRate = 2e-3 * Math.Pow(0.1, (double)update / sizes.Updates);
            var sequences = draw(sizes.Steps, sizes.Batch, key.Derive((ulong)update).Derive(0));
            optimizer.zero_grad();
            var loss = -Filter(model, arm, sequences, through).mean();
            loss.backward();
            nn.utils.clip_grad_norm_(learned, 100);
            optimizer.step();
        }
    }

    /// <summary>L of a batch in nats, [B]. With θ fixed, z_{t−1} and h_{t−1} are fixed as well: no gradient passes from step to step.</summary>
    private static Tensor Filter(FilteringModel model, InferenceArm arm, Tensor sequences, bool through)
    {
        var memory = zeros(sequences.shape[1], model.Hidden);
        var sum = zeros(sequences.shape[1]);
        foreach (var observation in sequences.unbind(0))
        {
            var prior = model.Prior(memory);
            var posterior = arm.Infer(model, prior, memory, observation);
            var noise = randn_like(posterior.Mean);
            sum += model.Bound(posterior, prior, memory, observation, noise);
            var latent = posterior.Mean + (posterior.LogDeviation.exp() * noise);
            memory = model.Next(memory, observation, latent);
            memory = through ? memory : memory.detach();
        }

        return sum;
    }

    private ArmResult Measure(FilteringModel model, string name, InferenceArm arm, RandomKey key)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        using var random = TorchRandom.Scope(key.Derive("samples").Value);
        var sequences = draw(sizes.Steps, sizes.HeldOut, key.Derive("held-out"));
        var (bound, gaps) = Gaps(model, arm, sequences);
        gaps.Sort();
        return new ArmResult(name, arm.ParameterCount, gaps[gaps.Count / 2], bound / sizes.Steps, ImportanceWeighted(model, arm, sequences) / sizes.Steps);
    }

    private (double Bound, List<float> Gaps) Gaps(FilteringModel model, InferenceArm arm, Tensor sequences)
    {
        using var reference = new RefinedArm(null, sizes.ReferenceSteps, ReferenceRate, ReferenceSamples);
        var (memory, sum, gaps) = (zeros(sequences.shape[1], model.Hidden), 0.0, new List<float>());
        foreach (var observation in sequences.unbind(0))
        {
            var prior = model.Prior(memory);
            var posterior = arm.Infer(model, prior, memory, observation);
            var fromPrior = reference.Refine(model, prior, prior, memory, observation);
            var fromArm = reference.Refine(model, posterior, prior, memory, observation);
            var noise = Enumerable.Range(0, BoundSamples).Select(_ => randn_like(posterior.Mean)).ToArray();
            Tensor Mean(PosteriorParameters at) => stack(noise.Select(n => model.Bound(at, prior, memory, observation, n))).mean([0L]);
            var here = Mean(posterior);
            var best = maximum(here, maximum(Mean(fromPrior), Mean(fromArm)));
            sum += here.mean().item<float>();
            gaps.AddRange((best - here).data<float>());
            memory = model.Next(memory, observation, posterior.Distribution.Sample());
        }

        return (sum, gaps);
    }

    private double ImportanceWeighted(FilteringModel model, InferenceArm arm, Tensor sequences)
    {
        var few = sequences.narrow(1, 0, Math.Min(sequences.shape[1], 32));
        var tiled = few.repeat_interleave(sizes.Particles, 1);
        var (memory, weights) = (zeros(tiled.shape[1], model.Hidden), zeros(tiled.shape[1]));
        foreach (var observation in tiled.unbind(0))
        {
            var prior = model.Prior(memory);
            var posterior = arm.Infer(model, prior, memory, observation).Distribution;
            var latent = posterior.Sample();
            weights += model.LogLikelihood(latent, memory, observation)
                + (prior.Distribution.LogProbability(latent) - posterior.LogProbability(latent)).squeeze(-1);
            memory = model.Next(memory, observation, latent);
        }

        return (weights.view(few.shape[1], sizes.Particles).logsumexp(-1) - Math.Log(sizes.Particles)).mean().item<float>();
    }
}
