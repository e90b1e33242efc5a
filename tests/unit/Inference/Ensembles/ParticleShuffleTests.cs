using Robotics.Core.Randomness;
using Robotics.Inference.Ensembles;

namespace Robotics.Tests.Unit.Inference;

public class ParticleShuffleTests
{
    [Fact]
    public void Permute_ManySteps_IsAUniformPermutation()
    {
        const int Particles = 5, Draws = 20000;
        var permutation = new int[Particles];
        var counts = new int[Particles, Particles];
        for (uint step = 0; step < Draws; step++)
        {
            ParticleShuffle.Permute(permutation, RandomKey.FromSeed(9), 3, step);
            Assert.Equal(Enumerable.Range(0, Particles), permutation.Order());
            for (var slot = 0; slot < Particles; slot++)
                counts[slot, permutation[slot]]++;
        }

        var expected = (double)Draws / Particles;
        var tolerance = 5 * Math.Sqrt(expected * (1 - (1.0 / Particles)));
        Assert.All(counts.Cast<int>(), count => Assert.InRange(count, expected - tolerance, expected + tolerance));
    }
}
