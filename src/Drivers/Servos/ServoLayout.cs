namespace Robotics.Drivers.Servos;

/// <summary>Addresses of a cycle's registers. Immutable.</summary>
internal sealed record ServoLayout
{
    /// <summary>First register of the state: positions, velocities, efforts.</summary>
    public required int StateAddress { get; init; }

    /// <summary>Registers of the state, bytes.</summary>
    public required int StateLength { get; init; }

    /// <summary>Length of a longer reading, which is told apart from late replies to one of <see cref="StateLength"/>.</summary>
    public required int OtherStateLength { get; init; }

    /// <summary>Offset of the position within the state, bytes.</summary>
    public required int PositionOffset { get; init; }

    /// <summary>First register of the goal position.</summary>
    public required int GoalAddress { get; init; }

    /// <summary>Registers of the goal position, bytes.</summary>
    public required int GoalLength { get; init; }

    /// <summary>First register of the motor's condition.</summary>
    public required int HealthAddress { get; init; }

    /// <summary>Registers of the motor's condition, bytes.</summary>
    public required int HealthLength { get; init; }

    /// <summary>Lowest position that a servo can report, steps.</summary>
    public required int LowestPosition { get; init; }

    /// <summary>Highest position that a servo can report, steps.</summary>
    public required int HighestPosition { get; init; }
}
