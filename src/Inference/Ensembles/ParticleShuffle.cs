using System.Runtime.CompilerServices;
using Robotics.Core.Randomness;

namespace Robotics.Inference.Ensembles;

/// <summary>
/// TS1's assignment of particles to members: for every candidate and step a uniform permutation (Fisher and Yates; Durstenfeld
/// 1964), so that each member gets equally many.
/// </summary>
internal static class ParticleShuffle
{
    // Apart from the counters of the noise, whose last word counts blocks of elements from 0.
    private const uint Domain = 0x80000000;
    private const int WordsPerBlock = 4;

    /// <summary>Fills the block's sources for one step.</summary>
    public static void Shuffle(RolloutBlock block, RandomKey key, int step)
    {
        for (var c = 0; c < block.Candidates; c++)
        {
            Permute(block.Permutation, key, block.CommonRandomNumbers ? 0 : (uint)(block.FirstCandidate + c), (uint)step);
            for (var slot = 0; slot < block.Permutation.Length; slot++)
                block.Source[block.Layout.RowOf(c, slot)] = block.Layout.RowOf(c, block.Permutation[slot]);
        }
    }

    /// <summary>The permutation of one candidate's particles at one step: slot s of member ⌊s·M/P⌋ gets particle [s].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Permute(Span<int> permutation, RandomKey key, uint candidate, uint step)
    {
        for (var i = 0; i < permutation.Length; i++)
            permutation[i] = i;
        var words = (X0: 0u, X1: 0u, X2: 0u, X3: 0u);
        for (var left = permutation.Length; left > 1; left--)
        {
            var index = permutation.Length - left;
            if (index % WordsPerBlock == 0)
                words = Philox.Block(key, candidate, (uint)(index / WordsPerBlock), step, Domain);
            var word = (index % WordsPerBlock) switch { 0 => words.X0, 1 => words.X1, 2 => words.X2, _ => words.X3 };
            var other = (int)(((ulong)word * (uint)left) >> 32);
            (permutation[left - 1], permutation[other]) = (permutation[other], permutation[left - 1]);
        }
    }
}
