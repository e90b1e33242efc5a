using Robotics.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Robotics.Tests.Unit.Torch;

/// <summary>Generators repeat, and the process has one whose state is kept.</summary>
public class RandomTests
{
    [Fact]
    public void Generator_WithTheSameSeed_RepeatsItsNumbers()
    {
        using var scope = NewDisposeScope();
        using var one = new Generator(42);
        using var two = new Generator(42);
        Assert.True(randn([50], generator: one).Equals(randn([50], generator: two)));
        var state = one.get_state();
        var next = rand([10], generator: one);
        Assert.False(next.Equals(rand([10], generator: one)));
        one.set_state(state);
        Assert.True(next.Equals(rand([10], generator: one)));
    }

    [Fact]
    public void Scope_OfAKey_RepeatsAndLeavesTheOuterStreamAlone()
    {
        using var scope = NewDisposeScope();
        using var outer = TorchRandom.Scope(1);
        var expected = Draw(9);
        var before = TorchRandom.SaveState();
        Assert.True(expected.Equals(Draw(9)));
        Assert.False(expected.Equals(Draw(10)));
        Assert.Equal(before, TorchRandom.SaveState());
        var next = randn(5);
        TorchRandom.RestoreState(before);
        Assert.True(next.Equals(randn(5)));

        static Tensor Draw(ulong key)
        {
            using var seeded = TorchRandom.Scope(key);
            return cat([randn(5), nn.functional.dropout(ones(5))]);
        }
    }

    [Fact]
    public void Threads_WithoutBeingAskedFor_AreOne()
    {
        if (Environment.GetEnvironmentVariable("OMP_NUM_THREADS") is null) Assert.Equal(1, TorchProcess.Threads);
        using var scope = NewDisposeScope();
        var before = TorchProcess.LiveTensors;
        var kept = Enumerable.Range(0, 100_000).Select(_ => zeros(1)).ToArray();
        Assert.True(TorchProcess.LiveTensors > before + 50_000);
        GC.KeepAlive(kept);
    }
}
