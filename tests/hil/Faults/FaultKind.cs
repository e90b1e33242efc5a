namespace Robotics.Hil.Faults;

/// <summary>Kind of an injected fault.</summary>
internal enum FaultKind
{
    /// <summary>A fifth of all messages is lost, both ways.</summary>
    Loss,

    /// <summary>Messages come twice, the second late.</summary>
    Duplication,

    /// <summary>Messages change places.</summary>
    Reordering,

    /// <summary>Bytes are changed in a tenth of all messages.</summary>
    Corruption,

    /// <summary>Messages are late.</summary>
    Lateness,

    /// <summary>The device stops answering and acting for half a second.</summary>
    Stall,

    /// <summary>The connection stays open, and nothing comes through for half a second.</summary>
    HalfOpen,

    /// <summary>The plug is pulled and put back.</summary>
    Disconnection,

    /// <summary>The program's servo loop writes nothing for half a second.</summary>
    ControllerHang,

    /// <summary>Commands are NaN or infinite.</summary>
    NotFinite,

    /// <summary>Commands jump to a random pose far outside the limits.</summary>
    WildCommand,

    /// <summary>An operator presses the emergency stop.</summary>
    EmergencyStop,
}

/// <summary>Required reaction to a kind of fault, fixed beforehand. Immutable.</summary>
/// <param name="Kind">The fault.</param>
/// <param name="DetectionSeconds">Time after which it must have been noticed, s.</param>
/// <param name="MustRest">True when the robot must come to rest; false when it may go on within its limits.</param>
/// <param name="NeedsResume">True when motion afterwards needs an operator's resume.</param>
internal sealed record FaultRule(FaultKind Kind, double DetectionSeconds, bool MustRest, bool NeedsResume)
{
    /// <summary>
    /// Time from detection to the command that stops the robot, s; from the maximum speed it then takes v/a until the joints are at rest.
    /// </summary>
    public const double SafeStateSeconds = 0.1;

    /// <summary>The table. A lossy wire is not a reason to stop; a silent one is.</summary>
    public static IReadOnlyList<FaultRule> All { get; } =
    [
        new(FaultKind.Loss, 0, false, false),
        new(FaultKind.Duplication, 0, false, false),
        new(FaultKind.Reordering, 0, false, false),
        new(FaultKind.Corruption, 0, false, false),
        new(FaultKind.Lateness, 0, false, false),
        new(FaultKind.Stall, 0.25, true, false),
        new(FaultKind.HalfOpen, 0.25, true, false),
        new(FaultKind.Disconnection, 0.25, true, true),
        new(FaultKind.ControllerHang, 0.25, true, false),
        new(FaultKind.NotFinite, 0, false, false),
        new(FaultKind.WildCommand, 0, false, false),
        new(FaultKind.EmergencyStop, 0.05, true, true),
    ];
}

/// <summary>Result of one injected fault. Immutable.</summary>
/// <param name="Kind">The fault.</param>
/// <param name="Passed">True when its rule held.</param>
/// <param name="Sentence">Observed reaction.</param>
internal sealed record FaultOutcome(FaultKind Kind, bool Passed, string Sentence);
