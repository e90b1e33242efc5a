using Robotics.Core.Streams;
using Robotics.Core.Time;

namespace Robotics.Tests.Unit.Core;

public sealed class ImageStreamHubTests
{
    private static readonly ImageFormat Format = new(4, 3, 3);
    private readonly ImagePool _pool = new(Format, 5);
    private readonly ImageStreamHub _hub = new(new SensorStreamSpec("camera", 30, StreamClock.Host, TimeSpan.Zero));

    [Fact]
    public void Publish_SlowAndFastReader_DropsTheOldestOfTheSlowOneOnly()
    {
        using var fast = _hub.OpenReader(4);
        using var latest = _hub.OpenReader(1);

        for (var i = 0; i < 3; i++)
            Publish(i);

        Assert.Equal([0, 1, 2], Drain(fast));
        Assert.Equal([2], Drain(latest));
        Assert.Equal((0, 2), (fast.Dropped, latest.Dropped));
    }

    [Fact]
    public void Publish_ReadersComeAndGo_ReturnsEveryPictureToThePool()
    {
        var first = _hub.OpenReader(2);
        var second = _hub.OpenReader(3);
        for (var i = 0; i < 20; i++)
            Publish(i);
        Assert.True(first.TryRead(out var held));
        second.Dispose();
        first.Dispose();
        Publish(20);

        Assert.Equal(4, CountFree());
        held.Value.Dispose();
        Assert.Equal(5, CountFree());
    }

    [Fact]
    public void Publish_ReaderClosesMeanwhile_LosesNoPicture()
    {
        var publishing = true;
        var publisher = new Thread(() =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                if (_pool.TryRent() is { } image)
                    _hub.Publish(new Sample<ImageLease>(image, default, default, i));
            }

            Volatile.Write(ref publishing, false);
        });
        publisher.Start();
        while (Volatile.Read(ref publishing))
        {
            using var reader = _hub.OpenReader(2);
            if (reader.TryRead(out var sample))
                sample.Value.Dispose();
        }

        publisher.Join();
        Assert.Equal(5, CountFree());
    }

    [Fact]
    public void Publish_SteadyState_DoesNotAllocate()
    {
        using var reader = _hub.OpenReader(2);
        Publish(0);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            Publish(i);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private void Publish(long sequence) =>
        _hub.Publish(new Sample<ImageLease>(_pool.TryRent()!, default, default, sequence));

    private static List<long> Drain(IStreamReader<ImageLease> reader)
    {
        var sequences = new List<long>();
        while (reader.TryRead(out var sample))
        {
            sequences.Add(sample.Sequence);
            sample.Value.Dispose();
        }

        return sequences;
    }

    private int CountFree()
    {
        var rented = new List<ImageLease>();
        while (_pool.TryRent() is { } image)
            rented.Add(image);
        rented.ForEach(p => p.Dispose());
        return rented.Count;
    }
}
