using Robotics.Core.Links;
using Robotics.Core.Randomness;
using Robotics.Core.Spaces;

namespace Robotics.Tests.Unit.Core;

public sealed class MotionLimiterTests
{
    private const double Period = 0.005;

    [Theory]
    [InlineData(1, 2, 10)]
    [InlineData(2, 0.5, 40)]
    [InlineData(3, 5, 3)]
    public void Limit_RandomRequests_KeepRangeRateAccelerationAndBrakingDistance(int seed, double rate, double acceleration)
    {
        var random = RandomKey.FromSeed((ulong)seed).OpenStream();
        var limiter = Create(rate, acceleration);
        var speed = 0.0;
        var request = 0.0;
        for (var i = 0; i < 20_000; i++)
        {
            if (random.NextUniform(0, 1) < 0.1)
                request = random.NextUniform(-3, 3);
            request += random.NextUniform(-0.02, 0.02);
            var next = limiter.Limit(request, Period, 1);
            var now = (next - limiter.Last) / Period;
            Assert.InRange(next, -1 - 1e-12, 1 + 1e-12);
            Assert.InRange(Math.Abs(now), 0, rate + 1e-9);
            Assert.True(Math.Abs(now - speed) <= (acceleration * Period) + 1e-6, $"tick {i}: {speed} to {now}");
            Assert.True(now * now <= (2 * acceleration * Math.Max(0, 1 - (next * Math.Sign(now)))) + 1e-6, $"tick {i}: {next}, {now}");
            limiter.Sent(next, Period, request);
            speed = now;
        }
    }

    [Fact]
    public void Limit_StepRequest_ArrivesWithoutOvershoot()
    {
        var limiter = Create(2, 10);
        var largest = 0.0;
        for (var i = 0; i < 400; i++)
        {
            var next = limiter.Limit(0.5, Period, 1);
            limiter.Sent(next, Period, 0.5);
            largest = Math.Max(largest, next);
        }

        Assert.Equal(0.5, limiter.Last, 6);
        Assert.InRange(largest, 0, 0.5 + 1e-9);
    }

    [Fact]
    public void Limit_RequestThatMovesSteadily_IsFollowedWithoutLag()
    {
        var limiter = Create(2, 10);
        var request = -0.9;
        limiter.StartFrom(request);
        for (var i = 0; i < 300; i++)
        {
            request += 1 * Period;
            limiter.Sent(limiter.Limit(request, Period, 1), Period, request);
        }

        Assert.Equal(request, limiter.Last, 6);
    }

    [Fact]
    public void Limit_StartBeyondTheRange_OnlyMovesBack()
    {
        var limiter = Create(2, 10);
        limiter.StartFrom(1.3);
        var last = 1.3;
        for (var i = 0; i < 200; i++)
        {
            var next = limiter.Limit(2, Period, 1);
            Assert.True(next <= last + 1e-12);
            limiter.Sent(next, Period, 2);
            last = next;
        }

        Assert.Equal(1, last, 6);
    }

    private static MotionLimiter Create(double rate, double acceleration)
    {
        var limiter = new MotionLimiter(new CommandChannel("joint", 0, ActionMode.Position, -1, 1), -1, 1, rate, acceleration);
        limiter.StartFrom(0);
        return limiter;
    }
}
