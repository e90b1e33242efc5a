using Robotics.Core.Randomness;
using Robotics.WorldModel.Ensembles;

namespace Robotics.Tests.Unit.WorldModel;

public class BootstrapSamplerTests
{
    [Fact]
    public void InBatchOrder_ShortLastBatch_HoldsEveryMembersListBatchByBatch()
    {
        var sampler = new BootstrapSampler(2, 10, RandomKey.FromSeed(1));
        var whole = sampler.InBatchOrder(10);
        var batched = sampler.InBatchOrder(4);
        Assert.Equal(3, sampler.BatchCount(4));
        Assert.Equal(2, sampler.BatchLength(2, 4));
        long[] first = [.. batched[..4], .. batched[8..12], .. batched[16..18]];
        long[] second = [.. batched[4..8], .. batched[12..16], .. batched[18..]];
        Assert.Equal(whole[..10], first);
        Assert.Equal(whole[10..], second);
    }

    [Fact]
    public void Shuffle_AnEpoch_KeepsEveryMembersBootstrap()
    {
        var sampler = new BootstrapSampler(3, 2000, RandomKey.FromSeed(2));
        var before = sampler.InBatchOrder(2000);
        sampler.Shuffle();
        var after = sampler.InBatchOrder(2000);
        Assert.NotEqual(before, after);
        for (var m = 0; m < 3; m++)
        {
            var list = before.AsSpan(m * 2000, 2000).ToArray();
            Assert.Equal(list.Order(), after.AsSpan(m * 2000, 2000).ToArray().Order());
            Assert.InRange(list.Distinct().Count() / 2000.0, 0.61, 0.655); // 1 − 1/e of all, sampled with replacement
        }
    }
}
