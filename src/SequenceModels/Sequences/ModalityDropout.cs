using System.ComponentModel.DataAnnotations;
using Robotics.Core.Errors;
using Robotics.Core.Randomness;

namespace Robotics.SequenceModels.Sequences;

/// <summary>
/// Dropout of the encoder's readings in training, for robustness to missing observations: they are still
/// reconstructed. Immutable.
/// </summary>
public sealed record ModalityDropout
{
    /// <summary>Hides nothing.</summary>
    public static ModalityDropout None { get; } = new() { Whole = 0, Start = 0 };

    /// <summary>
    /// Probability that a modality is hidden over a whole sequence, 0 to 0.9; never all modalities at once. Default: 0.05.
    /// </summary>
    [Range(0, 0.9)]
    public double Whole { get; init; } = 0.05;

    /// <summary>Probability at each step that a gap in a modality begins, 0 to 0.5. Default: 0.03.</summary>
    [Range(0, 0.5)]
    public double Start { get; init; } = 0.03;

    /// <summary>Mean length of a gap, steps, 1 to 100. Default: 6.</summary>
    [Range(1, 100)]
    public double MeanGap { get; init; } = 6;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public void Validate() => OptionRange.Check(this);

    /// <summary>Samples the readings to keep of one sequence.</summary>
    /// <param name="modalities">Number of modalities.</param>
    /// <param name="length">Steps.</param>
    /// <param name="random">Random generator.</param>
    /// <returns>[modality][step].</returns>
    internal bool[][] Sample(int modalities, int length, ref RandomStream random)
    {
        var kept = new bool[modalities][];
        var spared = random.NextInt32(modalities);
        for (var m = 0; m < modalities; m++)
        {
            kept[m] = new bool[length];
            var whole = random.NextDouble() < Whole && m != spared;
            var gap = false;
            for (var t = 0; t < length; t++)
            {
                gap = gap ? random.NextDouble() >= 1 / MeanGap : random.NextDouble() < Start;
                kept[m][t] = !whole && !gap;
            }
        }

        return kept;
    }
}
