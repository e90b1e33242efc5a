using static TorchSharp.torch;

namespace Robotics.SequenceModels.Sequences;

/// <summary>
/// One modality of a batch. Only readings that exist have a row; row r of a batch of T × B is step r / B of
/// sequence r mod B.
/// </summary>
/// <param name="Values">[N × dimension] raw values, or [N × channel × height × width] between −0.5 and 0.5, of the N readings.</param>
/// <param name="Rows">[N], the readings' rows of T × B.</param>
/// <param name="Ages">[N × 1], in steps, 0 to 1.</param>
/// <param name="KeptReadings">[K], indices of the readings that the encoder may use.</param>
/// <param name="KeptRows">[K], their rows.</param>
/// <param name="Kept">[T × B × 1], 1 where the encoder has a reading.</param>
public sealed record ModalityBatch(Tensor Values, Tensor Rows, Tensor Ages, Tensor KeptReadings, Tensor KeptRows, Tensor Kept)
{
    /// <summary>N.</summary>
    public long Count => Rows.shape[0];
}

/// <summary>
/// B sequences of T steps, time first. The tensors belong to the dispose scope in which the batch was made. Not thread-safe.
/// </summary>
/// <param name="Actions">[T × B × action], the action that led to each step; zero at an episode's start.</param>
/// <param name="Rewards">[T × B × 1], the reward of that action.</param>
/// <param name="RewardKnown">[T × B × 1], 1 where there is such a reward.</param>
/// <param name="Valid">[T × B × 1], 0 beyond an episode's end.</param>
/// <param name="Modalities">The modalities in the layout's order.</param>
public sealed record SequenceBatch(
    Tensor Actions, Tensor Rewards, Tensor RewardKnown, Tensor Valid, IReadOnlyList<ModalityBatch> Modalities)
{
    /// <summary>T.</summary>
    public int Length => (int)Actions.shape[0];

    /// <summary>B.</summary>
    public int Count => (int)Actions.shape[1];

    /// <summary>[B], index of each sequence's episode in the replay; empty when unknown.</summary>
    public IReadOnlyList<int> Episodes { get; init; } = [];
}

/// <summary>Start of a sequence of a batch. Immutable.</summary>
/// <param name="Sequence">Index of the episode.</param>
/// <param name="Start">Its first step.</param>
public readonly record struct SequenceSlice(EpisodeSequence Sequence, int Start);
