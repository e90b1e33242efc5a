using Robotics.Core.Randomness;

namespace Robotics.Tests.Unit.Core;

public sealed class RandomnessTests
{
    /// <summary>The known answers of the authors' Random123 distribution (kat_vectors, philox4x32-10).</summary>
    [Theory]
    [InlineData(0UL, 0u, 0u, 0u, 0u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(
        0xffffffffffffffffUL, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(
        0x299f31d0a4093822UL, 0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Block_KnownVectors_MatchTheAuthors(ulong key, uint c0, uint c1, uint c2, uint c3, uint x0, uint x1, uint x2, uint x3) =>
        Assert.Equal((x0, x1, x2, x3), Philox.Block(new RandomKey(key), c0, c1, c2, c3));

    [Fact]
    public void NextGaussian_ManyNumbers_HasTheMomentsOfTheNormal()
    {
        var stream = RandomKey.FromSeed(11).OpenStream();
        const int Count = 200_000;
        var moments = new double[5];
        for (var i = 0; i < Count; i++)
        {
            var x = stream.NextGaussian();
            for (var m = 1; m <= 4; m++)
                moments[m] += Math.Pow(x, m) / Count;
        }

        // Standard errors at this count: 0.0022, 0.0032, 0.0087, 0.022; the tolerances are four and more of them.
        Assert.Equal(0, moments[1], 0.01);
        Assert.Equal(1, moments[2], 0.015);
        Assert.Equal(0, moments[3], 0.04);
        Assert.Equal(3, moments[4], 0.1);
    }

    [Fact]
    public void NextDoubleAndInt_ManyNumbers_AreUniformAndInRange()
    {
        var stream = RandomKey.FromSeed(12).OpenStream();
        var counts = new int[7];
        double sum = 0, squares = 0;
        for (var i = 0; i < 70_000; i++)
        {
            var u = stream.NextUniform(-1, 1);
            Assert.InRange(u, -1, 1);
            sum += u;
            squares += u * u;
            counts[stream.NextInt32(7)]++;
        }

        Assert.Equal(0, sum / 70_000, 0.01);
        Assert.Equal(1.0 / 3, squares / 70_000, 0.01);
        Assert.All(counts, c => Assert.InRange(c, 9_500, 10_500));
    }

    [Fact]
    public void Derive_ManyPurposes_GivesDistinctReproducibleKeys()
    {
        var root = RandomKey.FromSeed(3);
        var keys = Enumerable.Range(0, 10_000).Select(i => root.Derive((ulong)i)).Append(root).Append(root.Derive("plan")).Append(
            root.Derive("train")).ToList();

        Assert.Equal(keys.Count, keys.Distinct().Count());
        Assert.Equal(root.Derive("plan"), RandomKey.FromSeed(3).Derive("plan"));
        Assert.NotEqual(root.Derive(1).Derive(2), root.Derive(2).Derive(1));
    }
}
