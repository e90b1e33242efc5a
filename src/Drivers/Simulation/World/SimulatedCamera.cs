using Robotics.Core.Randomness;
using Robotics.Core.Streams;
using Robotics.Core.Time;
using Robotics.Drivers.Simulation.Model;
using Robotics.Drivers.Simulation.Mujoco;

namespace Robotics.Drivers.Simulation.World;

/// <summary>
/// A camera in the simulated world: it captures at its rate, and its images arrive after its delay. Runs on the world's
/// thread; does not allocate after construction.
/// </summary>
internal sealed class SimulatedCamera : IDisposable
{
    private readonly SimulatedCameraOptions _options;
    private readonly int _camera;
    private readonly MujocoRenderer _renderer;
    private readonly ImagePool _pool;
    private readonly ImageStreamHub _hub;
    private readonly Sample<ImageLease>[] _pending;
    private readonly long _periodNanoseconds;
    private readonly long _delayNanoseconds;
    private readonly long _jitterNanoseconds;
    private RandomKey _key;
    private long _nextCapture;
    private long _sequence;
    private long _first;
    private int _head;
    private int _count;

    public SimulatedCamera(MujocoModel model, SimulatedCameraOptions options)
    {
        _options = options;
        _camera = ModelNames.Find(model.Path, "camera", model.Cameras, c => c.Name, options.Camera ?? options.Name).Index;
        _renderer = new MujocoRenderer(model, options.Render);
        _periodNanoseconds = (long)Math.Round(1e9 / options.RateHz);
        _delayNanoseconds = options.Delay.Ticks * 100;
        _jitterNanoseconds = options.DelayJitter.Ticks * 100;
        _pending = new Sample<ImageLease>[((_delayNanoseconds + _jitterNanoseconds) / _periodNanoseconds) + 2];
        _pool = new ImagePool(new ImageFormat(options.Render.Width, options.Render.Height, 3), options.Buffers + _pending.Length);
        _hub = new ImageStreamHub(new SensorStreamSpec(options.Name, options.RateHz, StreamClock.Host, options.Delay));
    }

    /// <summary>Stream of the images.</summary>
    public ISensorStream<ImageLease> Stream => _hub;

    /// <summary>Image format.</summary>
    public ImageFormat Format => _pool.Format;

    /// <summary>Images that were dropped because readers held all buffers; each is a gap in the sequence.</summary>
    public long Starved { get; private set; }

    /// <summary>Drops what is on its way and captures from this moment on; sequence numbers go on.</summary>
    public void Restart(MonotonicTime now, RandomKey key)
    {
        _key = key;
        _first = _sequence;
        _nextCapture = now.Nanoseconds;
        while (_count > 0)
            Take().Value.Dispose();
    }

    /// <summary>True when an image is due.</summary>
    public bool IsDue(long nanoseconds) => nanoseconds >= _nextCapture;

    /// <summary>Captures the world as it is; poses must be up to date.</summary>
    public void Capture(long nanoseconds, MujocoData data)
    {
        _nextCapture += _periodNanoseconds;
        if (_nextCapture <= nanoseconds)
            _nextCapture = nanoseconds + _periodNanoseconds;
        var sequence = _sequence++;
        if (_options.Dropout > 0 && _key.Derive((ulong)(sequence - _first)).OpenStream().NextDouble() < _options.Dropout)
            return;
        if (_count == _pending.Length || _pool.TryRent() is not { } image)
        {
            Starved++;
            return;
        }

        if (_renderer.Render(data, _camera, image.Bytes) != PhysicsStatus.Ok)
        {
            image.Dispose();
            Starved++;
            return;
        }

        var captured = new MonotonicTime(nanoseconds);
        var received = new MonotonicTime(nanoseconds + DelayOf(sequence));
        if (_count > 0 && _pending[(_head + _count - 1) % _pending.Length].ReceivedAt is var before && received < before)
            received = before;
        _pending[(_head + _count++) % _pending.Length] = new Sample<ImageLease>(image, captured, received, sequence);
    }

    /// <summary>Publishes what has arrived by now.</summary>
    public void Deliver(MonotonicTime now)
    {
        while (_count > 0 && _pending[_head].ReceivedAt <= now)
            _hub.Publish(Take());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_count > 0)
            Take().Value.Dispose();
        _renderer.Dispose();
    }

    private long DelayOf(long sequence) => _jitterNanoseconds == 0
        ? _delayNanoseconds
        : Math.Max(
            0,
            _delayNanoseconds + (long)(
                _jitterNanoseconds * _key.Derive((ulong)(sequence - _first)).Derive(1).OpenStream().NextUniform(-1, 1)));

    private Sample<ImageLease> Take()
    {
        var sample = _pending[_head];
        _pending[_head] = default;
        _head = (_head + 1) % _pending.Length;
        _count--;
        return sample;
    }
}
