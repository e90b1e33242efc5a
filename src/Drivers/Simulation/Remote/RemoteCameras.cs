using System.Buffers;
using Robotics.Core.Streams;
using Robotics.Core.Time;
using Robotics.Drivers.Simulation.World;

namespace Robotics.Drivers.Simulation.Remote;

/// <summary>The camera streams of a simulator in another process. One thread receives; any number of readers.</summary>
internal sealed class RemoteCameras
{
    private const int Numbers = 3;
    private readonly ImagePool[] _pools;
    private readonly ImageStreamHub[] _hubs;

    public RemoteCameras(IReadOnlyList<SimulatedCameraOptions> cameras)
    {
        _pools = [.. cameras.Select(c => new ImagePool(new ImageFormat(c.Render.Width, c.Render.Height, 3), c.Buffers))];
        _hubs = [.. cameras.Select(c => new ImageStreamHub(new SensorStreamSpec(c.Name, c.RateHz, StreamClock.Device, c.Delay)))];
    }

    /// <summary>Streams of the images, in the order of the options.</summary>
    public IReadOnlyList<ISensorStream<ImageLease>> Streams => _hubs;

    /// <summary>Takes an image off the channel; without a free buffer it is a gap in the sequence.</summary>
    public void Receive(ReadOnlySequence<byte> payload, MonotonicTime now, long offsetNanoseconds)
    {
        var camera = Frames.NumberAt(payload, 0);
        var pixels = payload.Slice(Numbers * sizeof(long));
        if (camera < 0 || camera >= _pools.Length || pixels.Length != _pools[camera].Format.ByteCount)
            throw new IOException($"The simulator sent an image of camera {camera} with {pixels.Length} bytes, which does not exist.");
        if (_pools[camera].TryRent() is not { } image)
            return;
        pixels.CopyTo(image.Bytes);
        var captured = new MonotonicTime(Frames.NumberAt(payload, 2) + offsetNanoseconds);
        _hubs[camera].Publish(new Sample<ImageLease>(image, captured, now, Frames.NumberAt(payload, 1)));
    }
}
