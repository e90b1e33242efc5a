using System.Text;

namespace Robotics.Core.Randomness;

/// <summary>
/// A key for counter-based random numbers: the same key and counter give the same number on any thread and in any order.
/// Derive a child key for every use; never use one key for two purposes. Immutable; safe on the tick path.
/// </summary>
/// <param name="Value">The 64-bit key.</param>
public readonly record struct RandomKey(ulong Value)
{
    /// <summary>The root key of a run.</summary>
    public static RandomKey FromSeed(ulong seed) => new(Mix(seed + 0x9E3779B97F4A7C15UL));

    /// <summary>The child key number <paramref name="index"/>: independent of its siblings and of this key.</summary>
    public RandomKey Derive(ulong index) => new(Mix(Value ^ Mix(index + 0xD1B54A32D192ED03UL)));

    /// <summary>The child key of a purpose. Hashes the name: for set-up, not for the tick path.</summary>
    public RandomKey Derive(string purpose)
    {
        var hash = 14695981039346656037UL;
        foreach (var b in Encoding.UTF8.GetBytes(purpose))
            hash = (hash ^ b) * 1099511628211UL;
        return Derive(hash);
    }

    /// <summary>Opens a sequential stream of numbers from this key.</summary>
    public RandomStream OpenStream() => new(this);

    /// <summary>The finaliser of SplitMix64 (Steele, Lea, Flood 2014).</summary>
    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
