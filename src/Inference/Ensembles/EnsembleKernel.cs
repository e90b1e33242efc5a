using System.Runtime.CompilerServices;

namespace Robotics.Inference;

/// <summary>Runs every member on its particles for one step: encode, network, deliver.</summary>
internal static unsafe class EnsembleKernel<TS, TF, TU>
    where TS : struct, ISimd<TF, TU>
    where TF : struct
    where TU : struct
{
    /// <summary>Fills the block's outputs, [outputs × rows], from its state and actions.</summary>
    /// <param name="ensemble">The model.</param>
    /// <param name="block">The block.</param>
    /// <param name="candidates">Candidates in the block; tiles without any are left out.</param>
    public static void Predict(PackedEnsemble ensemble, RolloutBlock block, int candidates)
    {
        var tile = 2 * TS.Lanes;
        var used = candidates * block.Layout.ParticlesPerMember;
        for (var member = 0; member < ensemble.Members; member++)
        {
            // All tiles of a member in a row: its weights are then still in the cache.
            for (var lane = 0; lane < used; lane += tile)
                PredictTile(ensemble, block, member, (member * block.Layout.MemberLanes) + lane);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PredictTile(PackedEnsemble ensemble, RolloutBlock block, int member, int row)
    {
        var tile = 2 * TS.Lanes;
        var rows = block.Layout.Rows;
        var outputs = ensemble.Outputs;
        if (block.Shuffled)
        {
            Gather(block.State.Pointer, ensemble.IsAngle.Length, rows, block.Source.AsSpan(row, tile), block.Gathered.Pointer);
            Encode(ensemble, block.Gathered.Pointer, tile, block.Actions.Pointer + row, rows, block.Input.Pointer);
            Scatter(ensemble.Network.Run<TS, TF, TU>(member, block.Input.Pointer, block.Hidden.Pointer), outputs, rows, block.Source.AsSpan(row, tile), block.Outputs.Pointer);
            return;
        }

        Encode(ensemble, block.State.Pointer + row, rows, block.Actions.Pointer + row, rows, block.Input.Pointer);
        var result = ensemble.Network.Run<TS, TF, TU>(member, block.Input.Pointer, block.Hidden.Pointer);
        for (var i = 0; i < outputs; i++)
            new ReadOnlySpan<float>(result + (i * tile), tile).CopyTo(new Span<float>(block.Outputs.Pointer + (i * rows) + row, tile));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Encode(PackedEnsemble ensemble, float* state, int stateStride, float* actions, int actionStride, float* input)
    {
        var at = 0;
        foreach (var isAngle in ensemble.IsAngle)
        {
            for (var half = 0; half < 2; half++)
            {
                var x = TS.Load(state + (half * TS.Lanes));
                if (isAngle)
                {
                    var (sine, cosine) = SimdMath<TS, TF, TU>.SinCos(x);
                    Normalise(ensemble, at, sine, half, input);
                    Normalise(ensemble, at + 1, cosine, half, input);
                }
                else
                {
                    Normalise(ensemble, at, x, half, input);
                }
            }

            at += isAngle ? 2 : 1;
            state += stateStride;
        }

        for (var i = 0; i < ensemble.ActionDimension; i++)
        {
            for (var half = 0; half < 2; half++)
                Normalise(ensemble, at + i, TS.Load(actions + (i * actionStride) + (half * TS.Lanes)), half, input);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Normalise(PackedEnsemble ensemble, int index, TF value, int half, float* input) =>
        TS.Store(
            TS.Multiply(TS.Subtract(value, TS.Create(ensemble.InputMean[index])), TS.Create(ensemble.InputScale[index])),
            input + (((2 * index) + half) * TS.Lanes));

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
