namespace Robotics.Core.Links;

/// <summary>
/// The emergency stop of a robot: once latched it stays until released by hand. Thread-safe, lock-free; safe on the tick path.
/// </summary>
public sealed class EmergencyStop
{
    private string? _reason;

    /// <summary>True when motion is forbidden.</summary>
    public bool IsLatched => Volatile.Read(ref _reason) is not null;

    /// <summary>Why, or null. The first reason stays.</summary>
    public string? Reason => Volatile.Read(ref _reason);

    /// <summary>Forbids motion.</summary>
    public void Latch(string reason) => Interlocked.CompareExchange(ref _reason, reason, null);

    /// <summary>Allows motion again: an operator's act.</summary>
    public void Release() => Volatile.Write(ref _reason, null);
}
