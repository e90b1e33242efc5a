using Robotics.Core;

namespace Robotics.StateEstimation;

/// <summary>
/// Joint states as a modality: positions, then velocities if wanted. The loop shows it the newest state once a tick; a state that was
/// shown already is not taken twice. Used by one thread; does not allocate; safe on the tick path.
/// </summary>
/// <param name="name">The modality's name.</param>
/// <param name="joints">Number of joints.</param>
/// <param name="withVelocities">Whether velocities follow the positions.</param>
public sealed class JointSource(string name, int joints, bool withVelocities) : IModalitySource
{
    private readonly RobotState _state = new(joints);
    private long _taken = -1;
    private bool _waiting;

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public int Dimension => withVelocities ? 2 * joints : joints;

    /// <inheritdoc/>
    public long Dropped { get; private set; }

    /// <summary>Shows it a state.</summary>
    public void Show(RobotState state)
    {
        if (state.Sequence == _taken || state.Positions.Length != joints)
            return;
        Dropped += _waiting && state.Sequence != _state.Sequence ? 1 : 0;
        _state.CopyFrom(state);
        _waiting = true;
    }

    /// <inheritdoc/>
    public SourceStatus TryRead(Span<float> values, out SampleStamp stamp)
    {
        stamp = new SampleStamp(_state.CapturedAt, _state.ReceivedAt, _state.Sequence, 0);
        if (!_waiting)
            return SourceStatus.Nothing;
        (_waiting, _taken) = (false, _state.Sequence);
        for (var i = 0; i < joints; i++)
        {
            values[i] = (float)_state.Positions[i];
            if (withVelocities)
                values[joints + i] = (float)_state.Velocities[i];
        }

        return SourceStatus.Sample;
    }
}
