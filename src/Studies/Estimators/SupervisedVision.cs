using Robotics.Core.Randomness;
using Robotics.Inference.Formats;
using Robotics.SequenceModels.Layers;
using Robotics.SequenceModels.Sequences;
using Robotics.TorchExtras;
using static TorchSharp.torch;

namespace Robotics.Studies.Estimators;

/// <summary>
/// Supervised baseline on single images: the estimators' image encoder with a regression head, trained on the goal's coordinates
/// directly. Offline; not thread-safe.
/// </summary>
public static class SupervisedVision
{
    private const int BatchSize = 64;

    /// <summary>Trains on the images of the training episodes and measures on those of the test set: distances in the plane, m.</summary>
    /// <param name="training">Training episodes.</param>
    /// <param name="testSet">Test episodes.</param>
    /// <param name="camera">Index of the modality.</param>
    /// <param name="updates">Gradient steps.</param>
    /// <param name="key">The randomness.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public static ErrorSummary Goal(
        SequenceReplay training, SequenceReplay testSet, int camera, int updates, RandomKey key, CancellationToken cancellationToken)
    {
        using var random = TorchRandom.Scope(key.Value);
        var sizes = SequenceModelOptions.Small;
        using var encoder = new ImageEncoder(training.Layout.Modalities[camera].Image!.Value, sizes.Channels, sizes.Keypoints);
        using (NewDisposeScope())
        {
            if (training.SampleImages(camera) is { } images)
                encoder.Initialise(images);
        }

        using var head = new Mlp(encoder.EmbeddingDimension, 128, 2);
        using var adam = new FusedAdam(encoder.parameters().Concat(head.parameters()), new FusedAdamOptions());
        for (var update = 0; update < updates; update++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var batch = training.Sample(BatchSize, 2, ModalityDropout.None, key.Derive((ulong)update), CPU);
            var goals = Goals(training, batch, camera, key.Derive((ulong)update));
            adam.Minimise((Read(encoder, head, batch, camera) - goals).square().mean());
        }

        return Measure(encoder, head, testSet, camera);
    }

    // Metres are too small for a fresh head: the loss is in decimetres.
    private static Tensor Read(ImageEncoder encoder, Mlp head, SequenceBatch batch, int camera) =>
        head.forward(encoder.forward(batch.Modalities[camera].Values));

    private static Tensor Goals(SequenceReplay replay, SequenceBatch batch, int camera, RandomKey key)
    {
        // A batch samples its episodes and their starts first, so a stream from the same key samples the same episodes again.
        var random = key.OpenStream();
        var goals = new float[BatchSize * 2];
        for (var i = 0; i < BatchSize; i++)
        {
            var sequence = replay.Sequences[random.NextInt32(replay.Sequences.Count)];
            _ = random.NextInt32(Math.Max(1, sequence.Steps - 1));
            var goal = VisionProbes.GoalOf(sequence);
            (goals[2 * i], goals[(2 * i) + 1]) = ((float)(goal[0] * 10), (float)(goal[1] * 10));
        }

        var rows = batch.Modalities[camera].Rows.remainder(BatchSize);
        return tensor(goals, [BatchSize, 2]).index_select(0, rows);
    }

    private static ErrorSummary Measure(ImageEncoder encoder, Mlp head, SequenceReplay testSet, int camera)
    {
        using var noGrad = no_grad();
        var errors = new List<double>();
        for (var e = 0; e < testSet.Sequences.Count; e++)
        {
            using var scope = NewDisposeScope();
            var batch = testSet.Whole(e, 1, testSet.Sequences[e].Steps, CPU);
            if (batch.Modalities[camera].Count == 0)
                continue;
            var (read, goal) = (Read(encoder, head, batch, camera).ToFloats(), VisionProbes.GoalOf(testSet.Sequences[e]));
            for (var i = 0; i < read.Length; i += 2)
                errors.Add(Math.Sqrt(Math.Pow((read[i] / 10) - goal[0], 2) + Math.Pow((read[i + 1] / 10) - goal[1], 2)));
        }

        return ErrorSummary.From(errors);
    }
}
