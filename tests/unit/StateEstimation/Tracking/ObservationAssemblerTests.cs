using Robotics.Core.Beliefs;
using Robotics.Core.Errors;
using Robotics.Core.Streams;
using Robotics.Core.Time;
using Robotics.StateEstimation.Streams;
using Robotics.StateEstimation.Tracking;

namespace Robotics.Tests.Unit.StateEstimation;

public sealed class ObservationAssemblerTests
{
    [Fact]
    public void Gather_SlowCamera_TickGoesOnAndAgesAreTold()
    {
        var rig = new Rig();

        rig.Run(ticks: 20, cameraEvery: 3, cameraDelay: 0.07);

        Assert.True(rig.History.Frame[0].IsNew);
        Assert.InRange(rig.History.Frame[0].AgeSeconds, 0, Rig.Period);
        Assert.False(rig.History.Frame[1].IsNew);
        Assert.InRange(rig.History.Frame[1].AgeSeconds, 0.05, 0.15);
        var camera = rig.Assembler.Report(1, rig.Now);
        Assert.Equal(0.07, camera.DelaySeconds, 6);
        Assert.True(camera.Late > 0);
        Assert.Equal(StreamFault.None, camera.Fault);
    }

    [Theory]
    [InlineData(StreamFault.WrongFormat)]
    [InlineData(StreamFault.NotFinite)]
    [InlineData(StreamFault.TimeJump)]
    [InlineData(StreamFault.Frozen)]
    [InlineData(StreamFault.Silent)]
    public void Gather_FaultyStream_IsReportedWithAgeAndTheBeliefStaysFinite(StreamFault fault)
    {
        var rig = new Rig();
        rig.Run(ticks: 30, cameraEvery: 1, cameraDelay: 0.01);

        rig.Run(ticks: 40, cameraEvery: 1, cameraDelay: 0.01, fault);

        var stream = fault == StreamFault.NotFinite ? 0 : 1;
        Assert.True(rig.Assembler.TryTakeEvent(out var found));
        Assert.Equal((stream, fault), (found.Stream, found.Fault));
        Assert.Equal(fault, rig.Assembler.Report(stream, rig.Now).Fault);
        Assert.True(rig.Assembler.Report(stream, rig.Now).AgeSeconds > 0.2);
        Assert.All(rig.History.Current.Mean, value => Assert.True(float.IsFinite(value)));

        rig.Run(ticks: 40, cameraEvery: 1, cameraDelay: 0.01);

        Assert.True(rig.Assembler.TryTakeEvent(out var end));
        Assert.Equal((stream, StreamFault.None), (end.Stream, end.Fault));
        Assert.False(rig.Assembler.TryTakeEvent(out _));
    }

    [Fact]
    public void Gather_SteadyStreams_DoesNotAllocate()
    {
        var rig = new Rig();
        rig.Run(ticks: 30, cameraEvery: 2, cameraDelay: 0.05);

        Assert.Equal(0, LeastAllocation.From(() => rig.Run(ticks: 30, cameraEvery: 2, cameraDelay: 0.05)));
    }

    [Fact]
    public void Constructor_CameraOfAnotherSize_IsRefusedWithASentence()
    {
        var estimator = new Blend();
        var history = new BeliefHistory(estimator, new BeliefHistoryOptions { ActionDimension = 0 });
        IModalitySource[] sources = [new VectorSource("joints", [0]), new VectorSource("camera", [0, 1, 2])];

        var error = Assert.Throws<UserErrorException>(
            () => new ObservationAssembler(sources, estimator.Modalities, history, new AssemblyOptions()));

        Assert.Contains("camera", error.Message, StringComparison.Ordinal);
    }

    /// <summary>One joint at every tick, a camera of 4 × 2 grey pixels now and then.</summary>
    private sealed class Rig
    {
        public const double Period = 0.05;
        private static readonly ImageFormat Format = new(4, 2, 1);
        private readonly VectorSource _joints = new("joints", [0]);
        private readonly ImagePool _good = new(Format, 40);
        private readonly ImagePool _bad = new(new ImageFormat(2, 2, 1), 40);
        private readonly ImageStreamHub _hub = new(new SensorStreamSpec("camera", 20, StreamClock.Host, TimeSpan.Zero));
        private readonly float[] _position = new float[1];
        private readonly Queue<(MonotonicTime Arrival, Sample<ImageLease> Sample)> _underWay = new(64);
        private int _tick;
        private byte _shade;

        public Rig()
        {
            var estimator = new Blend();
            History = new BeliefHistory(estimator, new BeliefHistoryOptions { ActionDimension = 0 });
            Assembler = new ObservationAssembler(
                [_joints, new CameraSource("camera", Format, _hub.OpenReader(20))], estimator.Modalities, History, new AssemblyOptions());
            History.Restart(Now);
        }

        public BeliefHistory History { get; }

        public ObservationAssembler Assembler { get; }

        public MonotonicTime Now => MonotonicTime.FromSeconds(_tick * Period);

        public void Run(int ticks, int cameraEvery, double cameraDelay, StreamFault fault = StreamFault.None)
        {
            for (var i = 0; i < ticks; i++)
            {
                _tick++;
                if (i % cameraEvery == 0 && fault != StreamFault.Silent)
                    Capture(cameraDelay, fault);
                while (_underWay.TryPeek(out var next) && next.Arrival <= Now)
                    _hub.Publish(_underWay.Dequeue().Sample);
                Move(fault);
                History.Advance(Now, []);
                Assembler.Gather(Now);
            }
        }

        private void Capture(double delay, StreamFault fault)
        {
            var image = (fault == StreamFault.WrongFormat ? _bad : _good).TryRent()!;
            _shade = fault == StreamFault.Frozen ? _shade : (byte)(_shade + 1);
            Array.Fill(image.Bytes, _shade);
            var at = Now - TimeSpan.FromMilliseconds(20);
            var arrival = at + TimeSpan.FromSeconds(delay);
            var captured = fault == StreamFault.TimeJump ? MonotonicTime.FromSeconds(at.Seconds + (_tick % 2 == 0 ? 30 : -30)) : at;
            _underWay.Enqueue((arrival, new Sample<ImageLease>(image, captured, arrival, _tick)));
        }

        private void Move(StreamFault fault)
        {
            _position[0] = fault == StreamFault.NotFinite ? float.NaN : MathF.Sin(_tick);
            _joints.Show(_position, Now, Now);
        }
    }

    /// <summary>Believes the joint and the first pixel.</summary>
    private sealed class Blend : IStateEstimator
    {
        public int BeliefDimension => 2;

        public IReadOnlyList<ModalitySpec> Modalities { get; } = [new("joints", 1), new("camera", 8)];

        public void Reset(Belief into) => into.Mean.AsSpan().Clear();

        public void Predict(Belief belief, ReadOnlySpan<float> action, double periodSeconds, Belief into) => into.CopyFrom(belief);

        public void Correct(Belief belief, ObservationFrame observation, Belief into)
        {
            into.CopyFrom(belief);
            for (var m = 0; m < 2; m++)
                into.Mean[m] = observation[m].IsNew ? observation[m].Values[0] : into.Mean[m];
        }
    }
}
