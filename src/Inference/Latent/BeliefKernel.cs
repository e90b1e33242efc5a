using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Robotics.Core.Randomness;
using Robotics.Inference.Dense;
using Robotics.Inference.Ensembles;
using Robotics.Inference.Simd;

namespace Robotics.Inference.Latent;

/// <summary>Carries a block of particles through the horizon. Thread-safe as long as each caller brings its own block.</summary>
internal abstract class BeliefKernel
{
    /// <summary>The kernel of a vector width.</summary>
    public static BeliefKernel Create(VectorWidth width) => width switch
    {
        VectorWidth.Bits512 => new BeliefKernel<Simd512, Vector512<float>, Vector512<uint>>(),
        VectorWidth.Bits256 => new BeliefKernel<Simd256, Vector256<float>, Vector256<uint>>(),
        _ => new BeliefKernel<Simd128, Vector128<float>, Vector128<uint>>(),
    };

    /// <summary>Samples every particle's s from the belief: s += σ·ε.</summary>
    /// <param name="ensemble">The model.</param>
    /// <param name="block">The block, at the belief's mean.</param>
    /// <param name="std">[feature], std of the belief; only the elements of s are used.</param>
    /// <param name="key">Random key.</param>
    public abstract void Scatter(PackedBeliefEnsemble ensemble, BeliefBlock block, ReadOnlySpan<float> std, RandomKey key);

    /// <summary>One step: h += Δh, s sampled or its mean, reward.</summary>
    /// <param name="ensemble">The model.</param>
    /// <param name="block">The block, this step's actions loaded.</param>
    /// <param name="key">Random key; null to follow the means.</param>
    /// <param name="step">The step.</param>
    /// <param name="weight">Weight of the step's reward.</param>
    /// <param name="tally">Receives the members' predictions when it needs them.</param>
    public abstract void Step(
        PackedBeliefEnsemble ensemble, BeliefBlock block, RandomKey? key, int step, float weight, BeliefReturns tally);

    /// <summary>Adds the value function after the last step.</summary>
    public abstract void Finish(PackedMlp value, BeliefBlock block, float weight);
}

/// <summary>
/// The kernel of one vector width, compiled with full optimisation at once: tiered compilation would delay the first decisions.
/// </summary>
internal sealed unsafe class BeliefKernel<TS, TF, TU> : BeliefKernel
    where TS : struct, ISimd<TF, TU>
    where TF : struct
    where TU : struct
{
    private const int NumbersPerBlock = 4;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Scatter(PackedBeliefEnsemble ensemble, BeliefBlock block, ReadOnlySpan<float> std, RandomKey key)
    {
        var noise = stackalloc float[NumbersPerBlock * TS.Lanes];
        for (var tile = 0; tile < block.Groups * block.TilesPerGroup; tile++)
        {
            var lanes = block.LanesOf(tile);
            for (var lane = 0; lane < lanes; lane += TS.Lanes)
            {
                for (var d = 0; d < ensemble.Stochastic; d++)
                {
                    if (d % NumbersPerBlock == 0)
                        Fill(block, tile, lane, key, 0, d, noise);
                    var at = block.Tile(tile) + ((ensemble.Deterministic + d) * lanes) + lane;
                    var sample = TS.Load(noise + (d % NumbersPerBlock * TS.Lanes));
                    TS.Store(TS.MultiplyAdd(TS.Create(std[ensemble.Deterministic + d]), sample, TS.Load(at)), at);
                }
            }
        }
    }

    /// <inheritdoc/>
    public override void Step(PackedBeliefEnsemble ensemble, BeliefBlock block, RandomKey? key, int step, float weight, BeliefReturns tally)
    {
        for (var tile = 0; tile < block.Groups * block.TilesPerGroup; tile++)
        {
            var (member, lanes) = (block.FirstMember + (tile / block.TilesPerGroup), block.LanesOf(tile));
            var output = ensemble.Dynamics.Run<TS, TF, TU>(
                member, lanes / TS.Lanes, block.Tile(tile), block.First.Pointer, block.Second.Pointer);
            Move(ensemble, block.Tile(tile), output, lanes);
            Bound(ensemble, output + ((ensemble.Deterministic + ensemble.Stochastic) * lanes), lanes);
            if (tally.AccumulatesStates)
                tally.Accumulate(block, tile, member, step, output + (ensemble.Deterministic * lanes), ensemble.Stochastic);
            Sample(ensemble, block, tile, output + (ensemble.Deterministic * lanes), key, step);
        }

        // All tiles through one network before the next: its weights are then still in the cache.
        for (var tile = 0; tile < block.Groups * block.TilesPerGroup; tile++)
            Add(ensemble.Reward, block.FirstMember + (tile / block.TilesPerGroup), block, tile, weight);
    }

    /// <inheritdoc/>
    public override void Finish(PackedMlp value, BeliefBlock block, float weight)
    {
        for (var tile = 0; tile < block.Groups * block.TilesPerGroup; tile++)
            Add(value, 0, block, tile, weight);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add(PackedMlp network, int member, BeliefBlock block, int tile, float weight)
    {
        var lanes = block.LanesOf(tile);
        var numbers = network.Run<TS, TF, TU>(member, lanes / TS.Lanes, block.Tile(tile), block.First.Pointer, block.Second.Pointer);
        var returns = block.Returns(tile);
        var factor = TS.Create(weight);
        for (var lane = 0; lane < lanes; lane += TS.Lanes)
            TS.Store(TS.MultiplyAdd(factor, TS.Load(numbers + lane), TS.Load(returns + lane)), returns + lane);
    }

    /// <summary>h += Δh, within its limits; NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Move(PackedBeliefEnsemble ensemble, float* state, float* change, int lanes)
    {
        var (low, high) = (TS.Create(-ensemble.PathLimit), TS.Create(ensemble.PathLimit));
        for (var i = 0; i < ensemble.Deterministic * lanes; i += TS.Lanes)
            TS.Store(TS.Min(TS.Max(TS.Add(TS.Load(state + i), TS.Load(change + i)), low), high), state + i);
    }

    /// <summary>Raw log-variances to variances, in place; see <see cref="TransitionKernel{TS, TF, TU}.Variance"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Bound(PackedBeliefEnsemble ensemble, float* raw, int lanes)
    {
        for (var d = 0; d < ensemble.Stochastic; d++)
        {
            var (highest, least) = (TS.Create(ensemble.InverseMaximumVariance[d]), TS.Create(ensemble.MinimumVariance[d]));
            for (var lane = 0; lane < lanes; lane += TS.Lanes, raw += TS.Lanes)
            {
                var inverse = TS.Add(SimdMath<TS, TF, TU>.Exp(TS.Subtract(TS.Create(0f), TS.Load(raw))), highest);
                TS.Store(TS.Add(TS.Divide(TS.Create(1f), inverse), least), raw);
            }
        }
    }

    /// <summary>s = μ + σ·ε, or μ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sample(PackedBeliefEnsemble ensemble, BeliefBlock block, int tile, float* predicted, RandomKey? key, int step)
    {
        var noise = stackalloc float[NumbersPerBlock * TS.Lanes];
        var lanes = block.LanesOf(tile);
        var state = block.Tile(tile) + (ensemble.Deterministic * lanes);
        for (var lane = 0; lane < lanes; lane += TS.Lanes)
        {
            for (var d = 0; d < ensemble.Stochastic; d++)
            {
                var at = (d * lanes) + lane;
                var next = TS.Load(predicted + at);
                if (key is { } random)
                {
                    if (d % NumbersPerBlock == 0)
                        Fill(block, tile, lane, random, step + 1, d, noise);
                    var std = TS.Sqrt(TS.Load(predicted + (ensemble.Stochastic * lanes) + at));
                    next = TS.MultiplyAdd(std, TS.Load(noise + (d % NumbersPerBlock * TS.Lanes)), next);
                }

                TS.Store(next, state + at);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fill(BeliefBlock block, int tile, int lane, RandomKey key, int step, int d, float* noise) =>
        NormalNoise<TS, TF, TU>.Fill(
            key, TS.LoadWords(block.CandidateOfRow(tile) + lane),
            TS.LoadWords(block.ParticleOfRow(tile) + lane), (uint)step, (uint)(d / NumbersPerBlock), noise);
}
