using Robotics.Controller.Loops;
using Robotics.Core.Beliefs;
using Robotics.Core.Links;
using Robotics.Core.Plans;
using Robotics.Core.Randomness;
using Robotics.Core.Streams;
using Robotics.Core.Threading;
using Robotics.Core.Time;
using Robotics.Inference.Formats;
using Robotics.SequenceModels.Filtering;
using Robotics.SequenceModels.Models;
using Robotics.StateEstimation.Filters;
using Robotics.StateEstimation.Streams;
using Robotics.StateEstimation.Tracking;
using Robotics.Testing;

namespace Robotics.Tests.Unit.Controller;

/// <summary>
/// A control loop at 50 Hz, a filter with random weights, a joint that reports at every tick, and a camera that exposes 10 ms before
/// every tick; a fifth of its images are lost on the way. Actions do not depend on beliefs.
/// </summary>
internal sealed class EstimatingLoop : IDisposable, IPlanner
{
    public const double Period = 0.02;
    private static readonly ImageFormat Format = new(16, 16, 1);
    private readonly ManualClock _clock = new();
    private readonly TripleBuffer<ServoReport> _reports = new(() => new ServoReport(1, 1, 1));
    private readonly ImagePool _good = new(Format, 40);
    private readonly ImagePool _bad = new(new ImageFormat(8, 8, 1), 40);
    private readonly ImageStreamHub _hub = new(new SensorStreamSpec("camera", 50, StreamClock.Host, TimeSpan.Zero));
    private readonly Queue<Sample<ImageLease>> _underWay = new(64);
    private readonly RecurrentStateSpaceModel _model;
    private readonly TimeSpan _delay;
    private LinkStatus _observation = LinkStatus.Ok;
    private RandomStream _random = RandomKey.FromSeed(7).OpenStream();
    private int _tick = -1;
    private int _plans;

    public EstimatingLoop(double delaySeconds, double mostPictureAge = double.PositiveInfinity)
    {
        _delay = TimeSpan.FromSeconds(delaySeconds);
        var layout = new SequenceLayout(
            [new SequenceModality("joints", ["q"], null), new SequenceModality("camera", [], Format)], 1, Period);
        var sizes = new SequenceModelOptions
        {
            Deterministic = 20,
            Stochastic = 4,
            Hidden = 16,
            Embedding = 8,
            Channels = 4,
            Reconstruction = 16,
        };
        _model = (RecurrentStateSpaceModel)SequenceModel.Create(layout, sizes, RandomKey.FromSeed(1));
        Estimator = new CompiledRssmEstimator(RssmExport.Compile(_model));
        Tracker = new BeliefTracker(
            Estimator,
            [new VectorSource("joints", [0]), new CameraSource("camera", Format, _hub.OpenReader(20))],
            new BeliefTrackerOptions
            {
                History = new BeliefHistoryOptions { ActionDimension = 1 },
                Assembly = new AssemblyOptions { MaximumAgeSeconds = [double.PositiveInfinity, mostPictureAge] },
            });
        var parts = new ControlParts
        {
            Reports = _reports,
            Observations = new PositionSource(() => _observation),
            Tracker = Tracker,
            Planner = this,
            Plans = new PlanMailbox(4, 1),
            Pacer = new ManualPacer(_clock),
            Key = RandomKey.FromSeed(1),
        };
        Control = new ControlLoop(parts, new ControlOptions { RateHz = 1 / Period });
    }

    public IStateEstimator Estimator { get; }

    public BeliefTracker Tracker { get; }

    public ControlLoop Control { get; }

    public bool Records { get; init; } = true;

    /// <summary>The mean that each plan was made from.</summary>
    public List<float[]> BeliefsPlannedFrom { get; } = [];

    public StreamReport Report(int modality) => Tracker.Streams.Report(modality, _clock.Now);

    /// <summary>Action of a plan, the same in all its steps.</summary>
    public static float ActionOf(int plan) => MathF.Sin(plan);

    public void Restart() => Control.Restart(RandomKey.FromSeed(2));

    public void Run(int ticks, bool images = true, StreamFault fault = StreamFault.None)
    {
        for (var i = 0; i < ticks; i++)
        {
            var due = MonotonicTime.FromSeconds(++_tick * Period);
            if (images && fault != StreamFault.Silent)
                Expose(due - TimeSpan.FromMilliseconds(10), fault);
            while (_underWay.TryPeek(out var next) && next.ReceivedAt <= due)
                _hub.Publish(_underWay.Dequeue());
            ReportJoint(due, fault);
            Control.Loop.RunTick();
        }
    }

    public void Dispose() => _model.Dispose();

    void IPlanner.Reset()
    {
    }

    PlanStatus IPlanner.Plan(Belief belief, MonotonicTime validFrom, RandomKey key, in PlanBudget budget, ActionPlanBuffer into)
    {
        if (Records)
            BeliefsPlannedFrom.Add([.. belief.Mean]);
        into.Actions.AsSpan().Fill(ActionOf(_plans++));
        (into.Horizon, into.ValidFrom) = (4, validFrom);
        return PlanStatus.Ok;
    }

    private void Expose(MonotonicTime at, StreamFault fault)
    {
        var lost = _random.NextUniform(0, 1) < 0.2;
        var shade = _random.NextUniform(0, 256);
        if (lost)
            return;
        var image = (fault == StreamFault.WrongFormat ? _bad : _good).TryRent()!;
        for (var i = 0; i < image.Bytes.Length; i++)
            image.Bytes[i] = fault == StreamFault.Frozen ? (byte)9 : (byte)((i * 7) + shade);
        var captured = fault == StreamFault.TimeJump ? at + TimeSpan.FromSeconds(_tick % 2 == 0 ? 30 : -30) : at;
        _underWay.Enqueue(new Sample<ImageLease>(image, captured, at + _delay, _tick));
    }

    private void ReportJoint(MonotonicTime at, StreamFault fault)
    {
        var report = _reports.Draft;
        report.Sequence = _tick + 1;
        report.State.Positions[0] = fault == StreamFault.NotFinite ? double.NaN : Math.Sin(0.1 * _tick);
        report.State.CapturedAt = report.State.ReceivedAt = at;
        _observation = fault == StreamFault.NotFinite ? LinkStatus.NotFinite : LinkStatus.Ok;
        _reports.Publish();
    }
}
