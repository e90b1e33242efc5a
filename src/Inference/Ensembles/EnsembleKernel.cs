using System.Runtime.CompilerServices;
using Robotics.Inference.Simd;

namespace Robotics.Inference.Ensembles;

/// <summary>Runs every member on the particles that are its own for one step: encode, network, deliver. For TS1 and TS∞.</summary>
internal static unsafe class EnsembleKernel<TS, TF, TU>
    where TS : struct, ISimd<TF, TU>
    where TF : struct
    where TU : struct
{
    /// <summary>Fills the block's outputs, [outputs × rows], from its state and actions.</summary>
    public static void Predict(PackedEnsemble ensemble, RolloutBlock block)
    {
        for (var group = 0; group < block.Layout.Groups; group++)
        {
            // All tiles of a member in a row: its weights are then still in the cache.
            for (var lane = 0; lane < block.GroupLanes; lane += 2 * TS.Lanes)
            {
                var vectors = Math.Min(2, (block.GroupLanes - lane) / TS.Lanes);
                PredictTile(ensemble, block, block.FirstMember + group, (group * block.Layout.GroupLanes) + lane, vectors);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PredictTile(PackedEnsemble ensemble, RolloutBlock block, int member, int row, int vectors)
    {
        var tile = vectors * TS.Lanes;
        var rows = block.Rows;
        var actions = block.Actions.Pointer + row;
        var input = block.Input.Pointer;
        if (block.Propagation == Propagation.TS1)
        {
            var source = block.Source.AsSpan(row, tile);
            Gather(block.State.Pointer, ensemble.IsAngle.Length, rows, source, block.Gathered.Pointer);
            InputKernel<TS, TF, TU>.Encode(ensemble, vectors, block.Gathered.Pointer, tile, actions, rows, input);
            Scatter(ensemble.Network.Run<TS, TF, TU>(member, vectors, input, block.First.Pointer, block.Second.Pointer),
                ensemble.Outputs, rows, source, block.Outputs.Pointer);
            return;
        }

        InputKernel<TS, TF, TU>.Encode(ensemble, vectors, block.State.Pointer + row, rows, actions, rows, input);
        var result = ensemble.Network.Run<TS, TF, TU>(member, vectors, input, block.First.Pointer, block.Second.Pointer);
        for (var i = 0; i < ensemble.Outputs; i++)
            new ReadOnlySpan<float>(result + (i * tile), tile).CopyTo(new Span<float>(block.Outputs.Pointer + (i * rows) + row, tile));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gather(float* from, int lines, int stride, ReadOnlySpan<int> source, float* to)
    {
        for (var line = 0; line < lines; line++)
        {
            foreach (var row in source)
                *to++ = from[row];
            from += stride;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scatter(float* from, int lines, int stride, ReadOnlySpan<int> source, float* to)
    {
        for (var line = 0; line < lines; line++)
        {
            foreach (var row in source)
                to[row] = *from++;
            to += stride;
        }
    }
}
