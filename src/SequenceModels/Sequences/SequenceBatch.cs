using static TorchSharp.torch;

namespace Robotics.SequenceModels.Sequences;

/// <summary>
/// What one modality brings in a batch. Only readings that are really there have a row; row r of a batch of T × B is step r / B of
/// sequence r mod B.
/// </summary>
/// <param name="Values">[N × dimension] raw numbers, or [N × channel × height × width] between −0.5 and 0.5, of the N readings.</param>
/// <param name="Rows">[N], which rows of T × B the readings belong to.</param>
/// <param name="Ages">[N × 1], in steps, 0 to 1.</param>
/// <param name="KeptReadings">[K], which of the readings the encoder may see.</param>
/// <param name="KeptRows">[K], their rows.</param>
/// <param name="Kept">[T × B × 1], 1 where the encoder sees something.</param>
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
public sealed record SequenceBatch(Tensor Actions, Tensor Rewards, Tensor RewardKnown, Tensor Valid, IReadOnlyList<ModalityBatch> Modalities)
{
    /// <summary>T.</summary>
    public int Length => (int)Actions.shape[0];

    /// <summary>B.</summary>
    public int Count => (int)Actions.shape[1];

    /// <summary>[B], which of the replay's episodes each sequence is from; empty where that is not known.</summary>
    public IReadOnlyList<int> Episodes { get; init; } = [];
}

/// <summary>Where a sequence of a batch begins. Immutable.</summary>
/// <param name="Sequence">Which episode.</param>
/// <param name="Start">Its first step.</param>
public readonly record struct SequenceSlice(EpisodeSequence Sequence, int Start);
