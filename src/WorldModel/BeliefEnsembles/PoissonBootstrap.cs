using Robotics.Core.Randomness;

namespace Robotics.WorldModel.BeliefEnsembles;

/// <summary>
/// The bootstrap of data that keep coming (Oza and Russell 2001): each member counts each episode a number of times that is sampled from
/// Poisson(1), the same whenever the episode comes up. Pure; thread-safe.
/// </summary>
internal static class PoissonBootstrap
{
    /// <summary>Bootstrap count of an episode for a member.</summary>
    public static int Weight(RandomKey key, int member, int episode)
    {
        var random = key.Derive((ulong)member).Derive((ulong)episode).OpenStream();
        var left = random.NextDouble() - Math.Exp(-1);
        var count = 0;
        for (var share = Math.Exp(-1); left >= 0 && count < 20; left -= share)
            share /= ++count;
        return count;
    }

    /// <summary>[member × episode] of a batch; all 1 where the episodes are not known.</summary>
    public static float[] Weights(RandomKey key, int members, IReadOnlyList<int> episodes, int count)
    {
        var weights = new float[members * count];
        Array.Fill(weights, 1);
        for (var i = 0; i < weights.Length && episodes.Count == count; i++)
            weights[i] = Weight(key, i / count, episodes[i % count]);
        return weights;
    }
}
