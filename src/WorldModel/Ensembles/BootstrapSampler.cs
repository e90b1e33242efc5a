using Robotics.Core.Randomness;

namespace Robotics.WorldModel.Ensembles;

/// <summary>
/// The transitions that each member learns from: N of N sampled with replacement, once per training; each member's list is
/// shuffled after every epoch (BNN.train of the authors' code). Not thread-safe.
/// </summary>
internal sealed class BootstrapSampler
{
    private readonly int _members;
    private readonly int _count;
    private readonly int[] _indices;
    private RandomStream _shuffles;

    public BootstrapSampler(int members, int count, RandomKey key)
    {
        _members = members;
        _count = count;
        _indices = new int[members * count];
        _shuffles = key.Derive("shuffle").OpenStream();
        var random = key.Derive("bootstrap").OpenStream();
        for (var i = 0; i < _indices.Length; i++)
            _indices[i] = random.NextInt32(count);
    }

    /// <summary>Batches per epoch; the last may be short.</summary>
    public int BatchCount(int batchSize) => ((_count - 1) / batchSize) + 1;

    /// <summary>Transitions per member in a batch.</summary>
    public int BatchLength(int batch, int batchSize) => Math.Min(batchSize, _count - (batch * batchSize));

    /// <summary>The epoch's indices in the order in which they are used: [batch][member][transition].</summary>
    public long[] InBatchOrder(int batchSize)
    {
        var ordered = new long[_indices.Length];
        var at = 0;
        for (var batch = 0; batch < BatchCount(batchSize); batch++)
        {
            var length = BatchLength(batch, batchSize);
            for (var m = 0; m < _members; m++)
            {
                for (var i = 0; i < length; i++)
                    ordered[at++] = _indices[(m * _count) + (batch * batchSize) + i];
            }
        }

        return ordered;
    }

    /// <summary>Shuffles every member's list by itself (Fisher and Yates).</summary>
    public void Shuffle()
    {
        for (var m = 0; m < _members; m++)
        {
            var list = _indices.AsSpan(m * _count, _count);
            for (var i = _count - 1; i > 0; i--)
            {
                var j = _shuffles.NextInt32(i + 1);
                (list[i], list[j]) = (list[j], list[i]);
            }
        }
    }
}
