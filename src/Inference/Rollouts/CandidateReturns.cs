using Robotics.Core.Rollouts;
using Robotics.Inference.Ensembles;

namespace Robotics.Inference.Rollouts;

/// <summary>
/// Collects the returns of each item's particles and computes the candidates' results. Items write to separate
/// places, and the sums over particle groups are taken afterwards in a fixed order, independent of the workers.
/// </summary>
internal sealed unsafe class CandidateReturns(int maximumPopulation, int groups, int particles, bool perMember)
{
    private readonly Entry[] _entries = new Entry[maximumPopulation * groups];

    /// <summary>Adds the returns of a finished block.</summary>
    public void Collect(RolloutBlock block, int group)
    {
        for (var local = 0; local < block.Candidates; local++)
            _entries[((block.FirstCandidate + local) * groups) + group] = Sum(block, local);
    }

    /// <summary>Writes the results of a population.</summary>
    /// <returns>Clipped predictions.</returns>
    public long Answer(int population, RolloutResult into)
    {
        var clips = 0.0;
        for (var candidate = 0; candidate < population; candidate++)
        {
            var entries = _entries.AsSpan(candidate * groups, groups);
            var total = default(Entry);
            foreach (var entry in entries)
                total = total.Plus(entry);
            var mean = total.Sum / particles;
            var isFinite = double.IsFinite(mean) && double.IsFinite(total.Faults);
            into.Status[candidate] = isFinite ? RolloutStatus.Ok : RolloutStatus.NotFinite;
            into.Returns[candidate] = isFinite ? (float)mean : float.NegativeInfinity;
            into.Disagreement[candidate] = !isFinite ? 0 : (float)(perMember
                ? Std(entries, mean)
                : Math.Sqrt(Math.Max(0, (total.Squares / particles) - (mean * mean))));
            clips += total.Clips;
        }

        return (long)clips;
    }

    private static Entry Sum(RolloutBlock block, int local)
    {
        var (sum, squares, clips, faults) = (0.0, 0.0, 0.0, 0.0);
        var layout = block.Layout;
        for (var group = 0; group < layout.Groups; group++)
        {
            var row = (group * layout.GroupLanes) + (local * layout.ParticlesPerGroup);
            for (var end = row + layout.ParticlesPerGroup; row < end; row++)
            {
                sum += block.Returns[row];
                squares += (double)block.Returns[row] * block.Returns[row];
                clips += block.Clips[row];
                faults += block.Faults[row];
            }
        }

        return new Entry(sum, squares, clips, faults);
    }

    private double Std(ReadOnlySpan<Entry> entries, double mean)
    {
        var squares = 0.0;
        foreach (var entry in entries)
        {
            var gap = (entry.Sum * groups / particles) - mean;
            squares += gap * gap;
        }

        return Math.Sqrt(squares / groups);
    }

    private readonly record struct Entry(double Sum, double Squares, double Clips, double Faults)
    {
        public Entry Plus(Entry other) => new(Sum + other.Sum, Squares + other.Squares, Clips + other.Clips, Faults + other.Faults);
    }
}
