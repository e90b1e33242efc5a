namespace Robotics.Core.Randomness;

/// <summary>
/// A sequential stream of Philox4x32-10 numbers. A mutable struct: pass it by reference. Not thread-safe; does not allocate;
/// safe on the tick path.
/// </summary>
public struct RandomStream(RandomKey key)
{
    private ulong _block;
    private uint _w0, _w1, _w2, _w3;
    private int _left;
    private double _spare;
    private bool _hasSpare;

    /// <summary>Uniform over all 32-bit words.</summary>
    public uint NextUInt32()
    {
        if (_left == 0)
        {
            (_w0, _w1, _w2, _w3) = Philox.Block(key, (uint)_block, (uint)(_block >> 32), 0, 0);
            _block++;
            _left = 4;
        }

        return _left-- switch { 4 => _w0, 3 => _w1, 2 => _w2, _ => _w3 };
    }

    /// <summary>Uniform over [0, 1), with 53 bits.</summary>
    public double NextDouble()
    {
        var high = (ulong)(NextUInt32() >> 5);
        var low = (ulong)(NextUInt32() >> 6);
        return ((high << 26) | low) * (1.0 / (1UL << 53));
    }

    /// <summary>Uniform over [low, high).</summary>
    public double NextUniform(double low, double high) => low + ((high - low) * NextDouble());

    /// <summary>Uniform over 0 … <paramref name="count"/> − 1 (Lemire's multiply-shift; bias below 2⁻³² · count).</summary>
    public int NextInt32(int count) => (int)(((ulong)NextUInt32() * (ulong)count) >> 32);

    /// <summary>Standard normal (Box and Muller 1958).</summary>
    public double NextGaussian()
    {
        if (_hasSpare)
        {
            _hasSpare = false;
            return _spare;
        }

        var radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
        var (sin, cos) = Math.SinCos(2 * Math.PI * NextDouble());
        _spare = radius * sin;
        _hasSpare = true;
        return radius * cos;
    }
}
