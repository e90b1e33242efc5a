using Robotics.SequenceModels.Sequences;
using static TorchSharp.torch;

namespace Robotics.SequenceModels.Refinement;

/// <summary>
/// A step's observation of a recurrent state-space model, as a row: the action that led to it, and for each modality a mask (1 when
/// present), its age in steps, and its raw values, zeros when missing. Pure; the tensors belong to the scope they
/// are made in.
/// </summary>
public static class RssmRows
{
    /// <summary>Concatenates the parts of rows.</summary>
    /// <param name="actions">[… × action].</param>
    /// <param name="modalities">In the layout's order: [… × 1] mask, [… × 1] age, [… × dimension] values.</param>
    public static Tensor From(Tensor actions, params (Tensor Known, Tensor Age, Tensor Values)[] modalities) =>
        cat([actions, .. modalities.SelectMany(m => new[] { m.Known, m.Age, m.Values })], -1);

    /// <summary>The rows of a batch, with the readings that its encoder may use: [T × B × row].</summary>
    public static Tensor From(SequenceBatch batch)
    {
        var steps = (long)batch.Length * batch.Count;
        var modalities = batch.Modalities.Select(m => (
            m.Kept.reshape(steps, 1), Scatter(m.Ages, m, steps), Scatter(m.Values.flatten(1), m, steps))).ToArray();
        return From(batch.Actions.reshape(steps, -1), modalities).view(batch.Length, batch.Count, -1);
    }

    private static Tensor Scatter(Tensor values, ModalityBatch readings, long steps) =>
        zeros(steps, values.shape[1]).index_add(0, readings.KeptRows, values.index_select(0, readings.KeptReadings), 1);
}
