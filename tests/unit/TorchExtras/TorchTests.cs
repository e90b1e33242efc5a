using Robotics.Core.Errors;
using Robotics.TorchExtras;
using static TorchSharp.torch;

namespace Robotics.Tests.Unit.TorchExtras;

/// <summary>libtorch as this program prepares and uses it: what a package, a processor or a scope may break without a word.</summary>
public class TorchTests
{
    [Fact]
    public void Convolutions_SmallChannels_AgreeWithDoublePrecision() =>
        Assert.InRange(ConvolutionProbe.MaximumRelativeError(), 0, ConvolutionProbe.Tolerance);

    [Fact]
    public void Prepare_WhereCachesAreHidden_HoldsOneDnnToSafeInstructions()
    {
        TorchStart.Prepare();
        if (OneDnn.CachesAreHidden)
            Assert.NotNull(OneDnn.Limit);
        else
            Assert.Equal(Environment.GetEnvironmentVariable(OneDnn.Variable), OneDnn.Limit);
    }

    [Fact]
    public void Scopes_AMillionSmallTensors_KeepMemoryLow()
    {
        Run(1000);
        var before = ResidentBytes();
        Run(250_000);
        // Left to the finalizer alone, a million small tensors take more than a gigabyte.
        Assert.InRange(ResidentBytes() - before, long.MinValue, 256 << 20);

        static long ResidentBytes() => long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1]) * Environment.SystemPageSize;

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

    [Fact]
    public void LiveTensors_HeldAndReleased_AreCounted()
    {
        var before = TorchProcess.LiveTensors;
        var held = Enumerable.Range(0, 100).Select(_ => zeros(1).DetachFromDisposeScope()).ToArray();
        Assert.InRange(TorchProcess.LiveTensors, before + 100, long.MaxValue);
        Array.ForEach(held, t => t.Dispose());
        Assert.InRange(TorchProcess.LiveTensors, 0, before);
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
        Assert.Throws<ArgumentException>(() => TorchRandom.RestoreState(before.AsSpan(1)));

        static Tensor Draw(ulong key)
        {
            using var seeded = TorchRandom.Scope(key);
            return cat([randn(5), nn.functional.dropout(ones(5))]);
        }
    }

    [Theory]
    [InlineData(null, "an older libtorch (the system's, 1.13 on Debian 12 or 2.6 on Debian 13)")]
    [InlineData("2.9.1", "libtorch 2.9.1")]
    public void Require_AnotherVersion_NamesBothAndWhatToDo(string? kept, string named)
    {
        TorchVersion.Require(TorchProcess.Version, "runs/a");
        var message = Assert.Throws<UserErrorException>(() => TorchVersion.Require(kept, "runs/a")).Message;
        Assert.StartsWith($"the training in runs/a was begun with {named}, and this program has libtorch {TorchProcess.Version},", message);
        Assert.EndsWith("--out.", message);
    }
}
