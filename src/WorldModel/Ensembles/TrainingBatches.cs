using static TorchSharp.torch;

namespace Robotics.WorldModel.Ensembles;

/// <summary>
/// All inputs (normalised) and targets as two tensors, from which batches are gathered by index. The tensors live until
/// <see cref="Dispose"/>. Not thread-safe.
/// </summary>
internal sealed class TrainingBatches : IDisposable
{
    private readonly int _members;
    private readonly Tensor _inputs;
    private readonly Tensor _targets;

    /// <summary>Copies all data.</summary>
    /// <param name="model">Normalises the inputs.</param>
    /// <param name="inputs">[count × input], raw.</param>
    /// <param name="targets">[count × D].</param>
    public TrainingBatches(ProbabilisticEnsemble model, float[] inputs, float[] targets)
    {
        using var scope = NewDisposeScope();
        _members = model.Members;
        var count = targets.Length / model.Outputs;
        _inputs = model.Normalise(tensor(inputs, [count, inputs.Length / count])).DetachFromDisposeScope();
        _targets = tensor(targets, [count, model.Outputs]).DetachFromDisposeScope();
    }

    /// <summary>The rows of one batch, every member's own: [member × row × input] and [member × row × D].</summary>
    /// <param name="indices">The epoch's indices in batch order.</param>
    /// <param name="start">Offset of the batch's indices.</param>
    /// <param name="length">Rows per member.</param>
    public (Tensor Inputs, Tensor Targets) Gather(Tensor indices, long start, long length)
    {
        var rows = indices.narrow(0, start, length * _members);
        return (_inputs.index_select(0, rows).view(_members, length, -1), _targets.index_select(0, rows).view(_members, length, -1));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _inputs.Dispose();
        _targets.Dispose();
    }
}
