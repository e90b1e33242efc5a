using Robotics.Core.Spaces;
using Robotics.Inference.Weights;
using static TorchSharp.torch;

namespace Robotics.WorldModel.Rollouts;

/// <summary>
/// An ensemble's weights as tensors, made ready for rollouts: the normaliser is folded into the first layer, and so is, for
/// each start, the contribution of static elements. Its input holds per predicted element the raw value or the sine,
/// then the cosines of the angles, then the action. Not thread-safe.
/// </summary>
internal sealed class TensorEnsemble : IDisposable
{
    private readonly Tensor[] _weights;
    private readonly Tensor[] _biases;
    private readonly Tensor _staticWeights;
    private readonly Tensor _firstBias;
    private readonly Tensor _angles;
    private readonly EnsembleWeights _source;
    private readonly int[] _static;

    public TensorEnsemble(EnsembleWeights source, Device device)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        _source = source;
        var elements = source.Observations.Elements;
        var all = Enumerable.Range(0, elements.Count).ToArray();
        Predicted = [.. all.Where(i => elements[i].Treatment == ObservationTreatment.Predict)];
        _static = [.. all.Where(i => elements[i].Treatment != ObservationTreatment.Predict)];
        _angles = tensor(Predicted.Select((e, k) => (e, k)).Where(x => IsAngle(x.e)).Select(x => (long)x.k).ToArray(), device: device)
            .DetachFromDisposeScope();
        _weights = [.. source.Layers.Select(
            l => tensor(l.Weights, [source.Members, l.Outputs, l.Inputs], device: device).transpose(1, 2).contiguous())];
        _biases = [.. source.Layers.Select(l => tensor(l.Biases, [source.Members, 1, l.Outputs], device: device))];
        FoldNormaliser(device);
        var (first, bias) = (_weights[0], _biases[0]);
        _staticWeights = first.index_select(1, Rows(StaticColumns(), device)).DetachFromDisposeScope();
        _weights[0] = first.index_select(1, Rows(MovingColumns(), device)).contiguous();
        _firstBias = bias.clone().DetachFromDisposeScope();
        Low = Line(Predicted.Select(i => elements[i].Low), device);
        High = Line(Predicted.Select(i => elements[i].High), device);
        MinimumLogVariance = Line(source.MinimumLogVariance, device);
        MaximumLogVariance = Line(source.MaximumLogVariance, device);
        for (var i = 0; i < _weights.Length; i++)
            (_weights[i], _biases[i]) = (_weights[i].DetachFromDisposeScope(), _biases[i].DetachFromDisposeScope());
    }

    /// <summary>[D], which elements are predicted.</summary>
    public int[] Predicted { get; }

    /// <summary>True when the networks predict no variance.</summary>
    public bool IsDeterministic => _source.IsDeterministic;

    /// <summary>[1 × 1 × D].</summary>
    public Tensor Low { get; }

    /// <summary>[1 × 1 × D].</summary>
    public Tensor High { get; }

    /// <summary>[1 × 1 × D].</summary>
    public Tensor MinimumLogVariance { get; }

    /// <summary>[1 × 1 × D].</summary>
    public Tensor MaximumLogVariance { get; }

    /// <summary>Sets the static elements of a belief.</summary>
    public void Begin(float[] belief, Device device)
    {
        if (_static.Length == 0)
            return;
        var values = _static.SelectMany(e => IsAngle(e) ? [MathF.Sin(belief[e]), MathF.Cos(belief[e])] : new[] { belief[e] }).ToArray();
        using var line = tensor(values, [1, 1, values.Length], device: device);
        using var share = matmul(line, _staticWeights);
        _biases[0].copy_(_firstBias).add_(share);
    }

    /// <summary>
    /// [member × row × D] and [member × row × action] to means and, unless it is deterministic, raw log-variances, [member × row ×
    /// outputs].
    /// </summary>
    public Tensor Predict(Tensor state, Tensor actions)
    {
        var hidden = cat(Encode(state, actions), 2);
        for (var i = 0; i < _weights.Length - 1; i++)
        {
            using var input = hidden;
            hidden = bmm(input, _weights[i]).add_(_biases[i]).silu_();
        }

        using (hidden)
            return bmm(hidden, _weights[^1]).add_(_biases[^1]);
    }

    public void Dispose()
    {
        foreach (var tensor in (Tensor[])[.. _weights, .. _biases,
            _staticWeights, _firstBias, _angles, Low, High, MinimumLogVariance, MaximumLogVariance])
            tensor.Dispose();
    }

    private static Tensor Rows(IEnumerable<long> rows, Device device) => tensor(rows.ToArray(), device: device);

    private static Tensor Line(IEnumerable<float> values, Device device) =>
        tensor(values.ToArray(), device: device).view(1, 1, -1).DetachFromDisposeScope();

    private Tensor[] Encode(Tensor state, Tensor actions)
    {
        if (_angles.NumberOfElements == 0)
            return [state, actions];
        var angles = state.index_select(2, _angles);
        return [state.index_copy(2, _angles, angles.sin()), angles.cos(), actions];
    }

    /// <summary>W ← W / std, b ← b − mean·W.</summary>
    private void FoldNormaliser(Device device)
    {
        var mean = tensor(_source.InputMean, [1, 1, _source.InputMean.Length], device: device);
        var std = tensor(_source.InputStandardDeviation, [1, _source.InputMean.Length, 1], device: device);
        _weights[0] = _weights[0] / std;
        _biases[0] = _biases[0] - matmul(mean, _weights[0]);
    }

    private IEnumerable<long> MovingColumns()
    {
        var starts = Starts();
        var actions = Enumerable.Range(_source.InputDimension - _source.ActionDimension, _source.ActionDimension);
        return [.. Predicted.Select(e => starts[e]), .. Predicted.Where(IsAngle).Select(e => starts[e] + 1),
            .. actions.Select(i => (long)i)];
    }

    private IEnumerable<long> StaticColumns()
    {
        var starts = Starts();
        return _static.SelectMany(e => IsAngle(e) ? [starts[e], starts[e] + 1] : new[] { starts[e] });
    }

    /// <summary>[element], its first column in the input as the weights have it.</summary>
    private long[] Starts()
    {
        var starts = new long[_source.Observations.Dimension];
        for (var e = 1; e < starts.Length; e++)
            starts[e] = starts[e - 1] + (IsAngle(e - 1) ? 2 : 1);
        return starts;
    }

    private bool IsAngle(int element) => _source.Observations.Elements[element].Encoding == ElementEncoding.SineCosine;
}
