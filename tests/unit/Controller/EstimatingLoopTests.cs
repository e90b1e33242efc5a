using Robotics.StateEstimation.Streams;
using Robotics.Tests.Unit.StateEstimation;

namespace Robotics.Tests.Unit.Controller;

/// <summary>The control loop with a compiled filter over one joint and a camera, on a clock that the test moves.</summary>
public sealed class EstimatingLoopTests
{
    [Fact]
    public void Loop_PicturesLateAndMissing_BelievesAsIfTheyHadComeInTime()
    {
        using var late = new EstimatingLoop(delaySeconds: 0.04);
        using var onTime = new EstimatingLoop(delaySeconds: 0.005);
        foreach (var loop in new[] { late, onTime })
        {
            loop.Run(60);
            loop.Run(4, images: false);
        }

        Assert.Equal(onTime.Control.Belief.Mean, late.Control.Belief.Mean);
        Assert.Equal(onTime.Control.Belief.StandardDeviation, late.Control.Belief.StandardDeviation);
        Assert.NotEqual(onTime.BeliefsPlannedFrom[30], late.BeliefsPlannedFrom[30]);
        var (camera, prompt) = (late.Report(1), onTime.Report(1));
        Assert.Equal((0.04, 0.005), (Math.Round(camera.DelaySeconds, 9), Math.Round(prompt.DelaySeconds, 9)));
        Assert.Equal((camera.Good, 0, 0), (camera.Late, camera.TooLate, prompt.Late));
        Assert.InRange(camera.Good, 30, 59);
        Assert.Equal(60 - camera.Good, camera.Lost);
        Assert.Equal(64, late.Control.Counters.Published);
    }

    [Fact]
    public void Loop_PlanForTheNextPeriod_StartsFromTheBeliefAfterTheActionUnderWay()
    {
        using var loop = new EstimatingLoop(delaySeconds: 0.04);
        loop.Run(10);
        var expected = loop.Estimator.CreateBelief();

        loop.Estimator.Predict(loop.Control.Belief, [EstimatingLoop.ActionOf(8)], EstimatingLoop.Period, expected);

        Assert.Equal(expected.Mean, loop.BeliefsPlannedFrom[^1]);
    }

    [Fact]
    public void Loop_AnotherEpisode_KnowsNothingOfThePicturesBefore()
    {
        using var loop = new EstimatingLoop(delaySeconds: 0.04);
        using var blind = new EstimatingLoop(delaySeconds: 0.04);
        loop.Run(20);
        blind.Run(20, images: false);

        loop.Restart();
        loop.Run(5, images: false);
        blind.Restart();
        blind.Run(5, images: false);

        Assert.Equal(blind.Control.Belief.Mean, loop.Control.Belief.Mean);
        Assert.True(loop.Report(1).TooLate > 0);
    }

    [Fact]
    public void Loop_PicturesMissingForTooLong_PlansNoMoreUntilTheyAreBack()
    {
        using var loop = new EstimatingLoop(delaySeconds: 0.005, mostPictureAge: 0.2);
        loop.Run(30);
        var seeing = loop.Control.Counters.Published;
        loop.Run(30, images: false);
        var blind = loop.Control.Counters.Published;
        loop.Run(10);

        Assert.Equal(30, seeing);
        Assert.InRange(blind - seeing, 7, 10);
        Assert.Equal(30 - (blind - seeing), loop.Control.Counters.Blind);
        Assert.True(loop.Control.Counters.Published - blind >= 8);
    }

    [Fact]
    public void Loop_SteadyState_DoesNotAllocate()
    {
        using var loop = new EstimatingLoop(delaySeconds: 0.04) { Records = false };
        loop.Run(20);

        Assert.Equal(0, LeastAllocation.From(() => loop.Run(20)));
    }

    [Theory]
    [InlineData(StreamFault.Frozen, "camera: frozen, the same image again and again, last good sample")]
    [InlineData(StreamFault.NotFinite, "joints: samples that are not finite, last good sample")]
    [InlineData(StreamFault.WrongFormat, "camera: samples of the wrong size or format, last good sample")]
    [InlineData(StreamFault.TimeJump, "camera: capture times jumped, last good sample")]
    [InlineData(StreamFault.Silent, "camera: silent, last good sample")]
    public void Loop_FaultyStream_IsReportedWithNameAndAgeAndTheBeliefStaysFinite(StreamFault fault, string sentence)
    {
        using var loop = new EstimatingLoop(delaySeconds: 0.04);
        loop.Run(30);

        loop.Run(80, fault: fault);

        var stream = fault == StreamFault.NotFinite ? 0 : 1;
        Assert.True(loop.Tracker.Streams.TryTakeEvent(out var found));
        Assert.Equal((stream, fault), (found.Stream, found.Fault));
        Assert.True(loop.Report(stream).AgeSeconds > 1);
        Assert.StartsWith(sentence, loop.Report(stream).ToString(), StringComparison.Ordinal);
        Assert.All(loop.BeliefsPlannedFrom, belief => Assert.All(belief, value => Assert.True(float.IsFinite(value))));
        Assert.True(loop.Control.Counters.Published > 100);
    }
}
