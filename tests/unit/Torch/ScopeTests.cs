using TorchSharp;
using static TorchSharp.torch;

namespace Robotics.Tests.Unit.Torch;

/// <summary>Who owns a tensor, and that nothing piles up.</summary>
public class ScopeTests
{
    [Fact]
    public void Scope_AtItsEnd_DisposesAllButWhatWasMoved()
    {
        Tensor moved, detached, inner;
        using (var outer = NewDisposeScope())
        {
            using (NewDisposeScope())
            {
                inner = zeros(2);
                moved = ones(2).MoveToOuterDisposeScope();
                detached = ones(3).DetachFromDisposeScope();
            }
            Assert.True(inner.IsInvalid);
            Assert.False(moved.IsInvalid);
            Assert.Equal(1, outer.DisposablesCount);
        }
        Assert.True(moved.IsInvalid);
        Assert.False(detached.IsInvalid);
        detached.Dispose();
    }

    [Fact]
    public void Statistics_OfAThread_CountWhatIsAlive()
    {
        var statistics = DisposeScopeManager.Statistics;
        var before = statistics.ThreadTotalLiveCount;
        using (NewDisposeScope())
        {
            var sum = zeros(2) + 1;
            Assert.Equal(2, statistics.ThreadTotalLiveCount - before);
            sum.Dispose();
            Assert.Equal(1, statistics.ThreadTotalLiveCount - before);
        }
        Assert.Equal(before, statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Scopes_AMillionSmallTensors_KeepMemoryLow()
    {
        static long ResidentBytes() => long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1]) * Environment.SystemPageSize;
        Run(1000);
        var before = ResidentBytes();
        Run(250_000);
        // Left to the finalizer alone, a million small tensors take more than a gigabyte.
        Assert.InRange(ResidentBytes() - before, long.MinValue, 256 << 20);

        static void Run(int rounds)
        {
            for (var i = 0; i < rounds; i++)
            {
                using var scope = NewDisposeScope();
                var x = zeros(4);
                _ = ((x + 1) * 2).relu();
            }
        }
    }
}
