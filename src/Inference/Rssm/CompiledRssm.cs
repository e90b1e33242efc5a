using Robotics.Core.Beliefs;
using Robotics.Inference.Dense;
using Robotics.Inference.Rows;
using Robotics.Inference.Simd;
using Robotics.Inference.Weights;

namespace Robotics.Inference.Rssm;

/// <summary>
/// A trained recurrent state-space model as the loop runs it: packed, without allocation, without libtorch. Features are (h, s), as in
/// the belief's mean. Rows are features one after the other, and a row's result does not depend on the other rows. Immutable;
/// thread-safe as long as each caller brings its own <see cref="RssmMemory"/>.
/// </summary>
public sealed class CompiledRssm
{
    private readonly PackedLinear _transition;
    private readonly PackedHead _prior;
    private readonly PackedHead _reward;
    private readonly float _minimum;
    private readonly bool _hasUnitStd;
    private readonly bool _hasResidualPrior;

    private CompiledRssm(RssmWeights weights)
    {
        weights.Validate();
        (Deterministic, Stochastic, ActionDimension, PeriodSeconds) =
            (weights.Deterministic, weights.Stochastic, weights.ActionDimension, weights.PeriodSeconds);
        (_minimum, _hasUnitStd, _hasResidualPrior) = (weights.MinimumStd, weights.HasUnitStd, weights.HasResidualPrior);
        _transition = new PackedLinear(weights.Transition.Weights, weights.Transition.Biases, Activation.SiLU);
        Cell = new PackedGruCell(weights.CellInput.Weights, weights.CellState.Weights, weights.CellInput.Biases, weights.CellState.Biases);
        _prior = new PackedHead(weights.Prior);
        _reward = new PackedHead(weights.Reward);
        Parts = [.. weights.Modalities.Select(m => new PackedModality(m))];
        Modalities = [.. Parts.Select(p => p.Spec)];
        Kernel = GaussianKernel.For(VectorWidths.Best);
    }

    /// <summary>Dimension of h.</summary>
    public int Deterministic { get; }

    /// <summary>Dimension of s.</summary>
    public int Stochastic { get; }

    /// <summary>Dimension of (h, s).</summary>
    public int FeatureDimension => Deterministic + Stochastic;

    /// <summary>Action dimension.</summary>
    public int ActionDimension { get; }

    /// <summary>Time between two steps, s.</summary>
    public double PeriodSeconds { get; }

    /// <summary>Modalities that it observes; an embedding is a reading's part of its expert's hidden layer.</summary>
    public IReadOnlyList<ModalitySpec> Modalities { get; }

    internal PackedGruCell Cell { get; }

    internal PackedModality[] Parts { get; }

    internal GaussianKernel Kernel { get; }

    /// <summary>Maximum units of any hidden layer.</summary>
    internal int WidestLayer =>
        Math.Max(Math.Max(_transition.Outputs, _prior.Hidden), Math.Max(_reward.Hidden, Modalities.Max(m => m.EmbeddingDimension)));

    /// <summary>Packs a trained model. For set-up.</summary>
    /// <exception cref="ArgumentException">The weights' shapes do not fit; the message says which.</exception>
    public static CompiledRssm Compile(RssmWeights weights) => new(weights);

    /// <summary>
    /// One step without observations: h' of (h, s, a), and the prior p(s' | h'). Does not allocate; safe on the tick path.
    /// </summary>
    /// <param name="features">(h, s), [rows × features].</param>
    /// <param name="actions">a in [−1, 1], [rows × action].</param>
    /// <param name="next">(h', mean of s'), [rows × features]; may be the features themselves.</param>
    /// <param name="stds">σ of s', [rows × stochastic].</param>
    /// <param name="memory">For at least as many rows.</param>
    /// <exception cref="ArgumentException">The lengths do not match one whole number of rows, or the memory is for fewer.</exception>
    public void Advance(
        ReadOnlySpan<float> features, ReadOnlySpan<float> actions, Span<float> next, Span<float> stds, RssmMemory memory)
    {
        var rows = RowsIn(features, memory);
        if (actions.Length != rows * ActionDimension || next.Length != features.Length || stds.Length != rows * Stochastic)
            throw new ArgumentException($"{actions.Length} action values, {next.Length} next values and {stds.Length} stds " +
                $"do not match {rows} rows.", nameof(actions));
        var input = memory.Input(rows);
        var state = memory.State(rows);
        var hidden = memory.Hidden(rows * _transition.Outputs);
        var output = memory.Output(rows);
        Gather(features, actions, input, state, rows);
        _transition.Forward(input, hidden);
        Cell.Forward(hidden, state, state, memory.Scratch);
        _prior.Forward(state, memory.Hidden(rows * _prior.Hidden), output);
        for (var row = 0; row < rows; row++)
        {
            var target = next.Slice(row * FeatureDimension, FeatureDimension);
            var means = output.Slice(2 * row * Stochastic, Stochastic);
            for (var i = 0; _hasResidualPrior && i < means.Length; i++)
                means[i] += features[(row * FeatureDimension) + Deterministic + i];
            state.Slice(row * Deterministic, Deterministic).CopyTo(target);
            Split(output.Slice(2 * row * Stochastic, 2 * Stochastic),
                target[Deterministic..], stds.Slice(row * Stochastic, Stochastic));
        }
    }

    /// <summary>The expected reward of arriving at (h, s). Does not allocate; safe on the tick path.</summary>
    /// <param name="features">[rows × features].</param>
    /// <param name="rewards">[rows].</param>
    /// <param name="memory">For at least as many rows.</param>
    /// <exception cref="ArgumentException">The lengths do not match one whole number of rows, or the memory is for fewer.</exception>
    public void Reward(ReadOnlySpan<float> features, Span<float> rewards, RssmMemory memory) =>
        _reward.Forward(features, memory.Hidden(RowsIn(features, memory) * _reward.Hidden), rewards);

    /// <summary>Converts means and raw stds to means and stds, of one row.</summary>
    internal void Split(ReadOnlySpan<float> output, Span<float> mean, Span<float> std)
    {
        output[..Stochastic].CopyTo(mean);
        if (_hasUnitStd)
            std.Fill(1);
        else
            Kernel.Std(output[Stochastic..], _minimum, std);
    }

    private void Gather(ReadOnlySpan<float> features, ReadOnlySpan<float> actions, Span<float> input, Span<float> state, int rows)
    {
        for (var row = 0; row < rows; row++)
        {
            var source = features.Slice(row * FeatureDimension, FeatureDimension);
            var target = input.Slice(row * _transition.Inputs, _transition.Inputs);
            source[..Deterministic].CopyTo(state[(row * Deterministic)..]);
            source[Deterministic..].CopyTo(target);
            actions.Slice(row * ActionDimension, ActionDimension).CopyTo(target[Stochastic..]);
        }
    }

    private int RowsIn(ReadOnlySpan<float> features, RssmMemory memory)
    {
        var rows = features.Length / FeatureDimension;
        return features.Length == rows * FeatureDimension && rows <= memory.Rows
            ? rows
            : throw new ArgumentException(
                $"{features.Length} values are not 1 to {memory.Rows} rows of {FeatureDimension} features.", nameof(features));
    }
}
