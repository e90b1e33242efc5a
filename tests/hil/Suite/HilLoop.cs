using Robotics.Controller.Loops;
using Robotics.Core.Links;
using Robotics.Core.Threading;
using Robotics.Core.Time;

namespace Robotics.Hil.Suite;

/// <summary>
/// The suite's servo loop: reads the robot, follows a move, writes through the guard. Moves are set from other threads; the loop itself
/// does not allocate.
/// </summary>
internal sealed class HilLoop : ITickStage
{
    private readonly GuardedLink _link;
    private readonly RobotState _state;
    private readonly double[] _requested;
    private readonly double[] _applied;
    private readonly Lock _lock = new();
    private readonly LatencyHistogram _intervals = new();
    private readonly LatencyHistogram _stateAges = new();
    private Move _move;
    private bool _hasStarted;
    private bool _isPaused;
    private MonotonicTime _lastReceived;
    private HilRecord? _record;

    /// <summary>Creates the loop.</summary>
    public HilLoop(GuardedLink link, TimeSpan period, SystemClock clock)
    {
        _link = link;
        var n = link.Spec.Channels.Count;
        _state = new RobotState(link.Spec.Joints.Count);
        (_requested, _applied) = (new double[n], new double[n]);
        _move = new Move(new double[n], new double[n], MonotonicTime.Zero, TimeSpan.Zero);
        Loop = new TickLoop("hil", period, new WallPacer(clock), [this]);
        link.ServoPeriod = period;
    }

    /// <inheritdoc/>
    public string Name => "tick";

    /// <summary>The loop, to be run on a thread.</summary>
    public TickLoop Loop { get; }

    /// <summary>Times between the arrivals of two states.</summary>
    public LatencyHistogram Intervals => _intervals;

    /// <summary>Ages of the newest state at the ticks: from capture to use.</summary>
    public LatencyHistogram StateAges => _stateAges;

    /// <summary>Status of the last write.</summary>
    public LinkStatus WriteStatus { get; private set; } = LinkStatus.Disconnected;

    /// <summary>True once a state has been read.</summary>
    public bool HasState => Volatile.Read(ref _hasStarted);

    /// <summary>True to write no commands: as if the program hung.</summary>
    public bool IsPaused
    {
        get => Volatile.Read(ref _isPaused);
        set => Volatile.Write(ref _isPaused, value);
    }

    /// <summary>A copy of the newest state.</summary>
    public RobotState Newest()
    {
        lock (_lock)
        {
            var copy = new RobotState(_state.Positions.Length);
            copy.CopyFrom(_state);
            return copy;
        }
    }

    /// <summary>Starts a move from the present request to a goal, [joints].</summary>
    public void MoveTo(IReadOnlyList<double> goal, MonotonicTime now, TimeSpan duration)
    {
        lock (_lock)
            _move = new Move([.. _requested], [.. goal], now, duration);
    }

    /// <summary>Requests a goal at once: the guard alone limits the motion.</summary>
    public void JumpTo(IReadOnlyList<double> goal) => MoveTo(goal, MonotonicTime.Zero, TimeSpan.Zero);

    /// <summary>Starts or ends recording.</summary>
    public void RecordInto(HilRecord? record)
    {
        lock (_lock)
            _record = record;
    }

    /// <inheritdoc/>
    public void Run(in Tick tick)
    {
        lock (_lock)
        {
            if (_link.TryRead(_state) == LinkStatus.Ok)
            {
                if (HasState)
                    _intervals.Record(_state.ReceivedAt.Nanoseconds - _lastReceived.Nanoseconds);
                else
                    Start(in tick);
                _lastReceived = _state.ReceivedAt;
            }

            if (!HasState)
                return;
            _stateAges.Record(tick.StartedAt.Nanoseconds - _state.CapturedAt.Nanoseconds);
            _move.At(tick.Due, _requested);
            if (!_isPaused)
                WriteStatus = _link.TryWrite(tick.Due, _requested, _applied);
            if (WriteStatus is LinkStatus.Held or LinkStatus.EmergencyStopped or LinkStatus.Disconnected)
                StandStill();
            _record?.Add(tick.Due.Seconds, _requested, _applied, _state.Positions);
        }
    }

    private void Start(in Tick tick)
    {
        StandStill();
        _state.Positions.AsSpan().CopyTo(_requested);
        _link.StartFrom(tick.Due, _requested);
        Volatile.Write(ref _hasStarted, true);
    }

    // What is requested after an interruption starts where the robot stands.
    private void StandStill()
    {
        _state.Positions.CopyTo(_move.Goal, 0);
        _state.Positions.CopyTo(_move.From, 0);
    }

    private readonly record struct Move(double[] From, double[] Goal, MonotonicTime Start, TimeSpan Duration)
    {
        public void At(MonotonicTime now, Span<double> into)
        {
            var share = Duration == TimeSpan.Zero ? 1 : MinimumJerk.At((now - Start) / Duration);
            for (var i = 0; i < into.Length; i++)
                into[i] = share >= 1 ? Goal[i] : From[i] + (share * (Goal[i] - From[i]));
        }
    }
}
