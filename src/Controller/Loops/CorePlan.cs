using System.ComponentModel.DataAnnotations;
using Robotics.Core.Errors;

namespace Robotics.Controller.Loops;

/// <summary>Core and priority of a thread. Immutable.</summary>
/// <param name="Core">The core it is bound to; null leaves it to the system.</param>
/// <param name="FifoPriority">Its fixed priority, 1 to 99; 0 leaves it an ordinary thread.</param>
public readonly record struct ThreadPlacement(int? Core, int FifoPriority);

/// <summary>
/// Assigns servo, control and workers to cores. Cores that are not given are chosen by <see cref="Resolve"/>. Immutable after
/// construction.
/// </summary>
public sealed class CorePlan : IValidatable
{
    /// <summary>The core of the servo thread. Default: the last one; none on a machine with one core.</summary>
    public int? ServoCore { get; init; }

    /// <summary>The core of the control thread, which is also worker 0. Default: the first; none below three cores.</summary>
    public int? ControlCore { get; init; }

    /// <summary>
    /// Cores of the workers 0, 1, …; worker 0 is the control thread, whose own place counts. Default: all but the servo's; on two
    /// cores both.
    /// </summary>
    public int[]? WorkerCores { get; init; }

    /// <summary>Fixed priority of the servo thread, where the system permits one; 0 to 99. Default 80.</summary>
    [Range(0, 99)]
    public int ServoPriority { get; init; } = 80;

    /// <summary>Fixed priority of the control thread; 0 to 99. Default 0: planning must not starve the machine.</summary>
    [Range(0, 99)]
    public int ControlPriority { get; init; }

    /// <summary>Keeps the process in memory, so that no tick waits for a page.</summary>
    public bool LockMemory { get; init; } = true;

    /// <summary>The servo thread's place.</summary>
    public ThreadPlacement Servo => new(ServoCore, ServoPriority);

    /// <summary>The control thread's place.</summary>
    public ThreadPlacement Control => new(ControlCore, ControlPriority);

    /// <inheritdoc/>
    public void Validate()
    {
        OptionRange.Check(this);
        foreach (var core in (WorkerCores ?? []).Append(ServoCore ?? 0).Append(ControlCore ?? 0))
            OptionRange.Check(core, 0, 1023, nameof(WorkerCores));
        if (ControlPriority > 0 && ControlPriority >= ServoPriority)
            throw new UserErrorException(
                $"The control thread's priority {ControlPriority} is not below the servo thread's {ServoPriority}; a planner would delay "
                + "the servo.");
    }

    /// <summary>
    /// Fills what is not given for a machine with so many cores. From three cores on the servo has a core of its own. On two, it
    /// shares its core with worker 1: with its fixed priority it takes what it needs, which is little. The control thread is free to
    /// move away from a core that the system works on; if worker 1 were free too, both could find themselves on one core for
    /// hundreds of milliseconds while the runtime compiles or another program runs on the other.
    /// </summary>
    public CorePlan Resolve(int cores)
    {
        var servo = ServoCore ?? (cores > 1 ? cores - 1 : null);
        int[] others = [.. Enumerable.Range(0, cores).Where(c => c != servo)];
        return new CorePlan
        {
            ServoCore = servo,
            ControlCore = ControlCore ?? WorkerCores?.FirstOrDefault() ?? (cores > 2 ? 0 : null),
            WorkerCores = WorkerCores ?? (cores > 2 ? others : cores == 2 ? [others[0], servo!.Value] : null),
            ServoPriority = ServoPriority,
            ControlPriority = ControlPriority,
            LockMemory = LockMemory,
        };
    }
}
