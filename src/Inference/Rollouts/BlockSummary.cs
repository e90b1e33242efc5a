using Robotics.Core;

namespace Robotics.Inference;

/// <summary>Turns the returns of a block's particles into the answers about its candidates.</summary>
internal static unsafe class BlockSummary
{
    /// <summary>Writes candidate <paramref name="local"/> of the block to place <paramref name="candidate"/>.</summary>
    /// <returns>The candidate's clipped predictions.</returns>
    public static long Write(RolloutBlock block, int local, int candidate, RolloutResult into)
    {
        var layout = block.Layout;
        var (sum, squares, clips, faults) = (0.0, 0.0, 0.0, 0.0);
        for (var member = 0; member < layout.Members; member++)
        {
            var share = 0.0;
            for (var q = 0; q < layout.ParticlesPerMember; q++)
            {
                var row = layout.RowOf(local, (member * layout.ParticlesPerMember) + q);
                share += block.Returns[row];
                squares += (double)block.Returns[row] * block.Returns[row];
                clips += block.Clips[row];
                faults += block.Faults[row];
            }

            block.MemberReturns[member] = share / layout.ParticlesPerMember;
            sum += share;
        }

        var mean = sum / (layout.Members * layout.ParticlesPerMember);
        var isFinite = double.IsFinite(mean) && double.IsFinite(faults);
        into.Status[candidate] = isFinite ? RolloutStatus.Ok : RolloutStatus.NotFinite;
        into.Returns[candidate] = isFinite ? (float)mean : float.NegativeInfinity;
        into.Disagreement[candidate] = !isFinite ? 0 : (float)(block.Shuffled
            ? Math.Sqrt(Math.Max(0, (squares / (layout.Members * layout.ParticlesPerMember)) - (mean * mean)))
            : Spread(block.MemberReturns, mean));
        return (long)clips;
    }

    private static double Spread(double[] values, double mean)
    {
        var squares = 0.0;
        foreach (var value in values)
            squares += (value - mean) * (value - mean);
        return Math.Sqrt(squares / values.Length);
    }
}
