using Robotics.Core.Randomness;
using Robotics.SequenceModels.Layers;
using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Sequences;
using static TorchSharp.torch;

namespace Robotics.Tests.Unit.SequenceModels;

/// <summary>
/// Beliefs of a linear-Gaussian world in place of a filter's: h' = h + 0.2·(s − h) + 0.1·a, s' = 0.8·s + 0.1·h + 0.2·a + σ·ε, reward
/// h' − s'/2.
/// </summary>
internal static class LinearLatents
{
    public const double Std = 0.05;
    public const int Features = 2;

    public static (double Path, double State) Next(double h, double s, double a) =>
        (h + (0.2 * (s - h)) + (0.1 * a), (0.8 * s) + (0.1 * h) + (0.2 * a));

    public static double Reward(double h, double s) => h - (0.5 * s);

    /// <summary>A batch of episodes of their own, in the present dispose scope.</summary>
    public static (InferredSequence Inferred, SequenceBatch Batch) Batch(int seed, int length = 12, int count = 16)
    {
        var random = RandomKey.FromSeed((ulong)seed).OpenStream();
        var (features, actions, rewards) = (new float[length * count * Features], new float[length * count], new float[length * count]);
        for (var i = 0; i < count; i++)
        {
            var (h, s) = (random.NextUniform(-0.5, 0.5), random.NextUniform(-0.5, 0.5));
            for (var t = 0; t < length; t++)
            {
                var (row, a) = ((t * count) + i, random.NextUniform(-1, 1));
                if (t > 0)
                {
                    (h, s) = Next(h, s, a);
                    s += Std * random.NextGaussian();
                }

                (features[2 * row], features[(2 * row) + 1], actions[row], rewards[row]) =
                    ((float)h, (float)s, (float)a, (float)Reward(h, s));
            }
        }

        var carries = tensor(features, [length, count, Features]);
        var posterior = new DiagonalGaussian(carries.narrow(2, 1, 1), full([length, count, 1], 0.01f));
        var all = ones(length, count, 1);
        var batch = new SequenceBatch(tensor(actions, [length, count, 1]), tensor(rewards, [length, count, 1]), all, all, [])
        {
            Episodes = [.. Enumerable.Range(seed * count, count)],
        };
        return (new InferredSequence(carries, carries, posterior, posterior), batch);
    }
}
