namespace Robotics.Core.Randomness;

/// <summary>
/// Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"): a block of four 32-bit words from a
/// 128-bit counter and a 64-bit key. Pure; safe on the tick path.
/// </summary>
public static class Philox
{
    private const uint Multiplier0 = 0xD2511F53;
    private const uint Multiplier1 = 0xCD9E8D57;
    private const uint Weyl0 = 0x9E3779B9;
    private const uint Weyl1 = 0xBB67AE85;

    /// <summary>Encrypts a counter under a key.</summary>
    /// <returns>Four words, each uniform over 32 bits.</returns>
    public static (uint X0, uint X1, uint X2, uint X3) Block(RandomKey key, uint c0, uint c1, uint c2, uint c3)
    {
        var k0 = (uint)key.Value;
        var k1 = (uint)(key.Value >> 32);
        for (var round = 0; round < 10; round++)
        {
            var p0 = (ulong)Multiplier0 * c0;
            var p1 = (ulong)Multiplier1 * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += Weyl0;
            k1 += Weyl1;
        }

        return (c0, c1, c2, c3);
    }
}
