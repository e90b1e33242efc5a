using Robotics.Core.Time;

namespace Robotics.Core.Links;

/// <summary>
/// Assembles the observation vector of a task from the joint state and whatever else it reads. Used by one thread; does not
/// allocate, does not throw; safe on the tick path.
/// </summary>
public interface IObservationSource
{
    /// <summary>Observation dimension.</summary>
    int Dimension { get; }

    /// <summary>Assembles the observation of this moment.</summary>
    /// <param name="now">The tick's time.</param>
    /// <param name="state">The newest joint state.</param>
    /// <param name="observation">Receives [Dimension], in the layout of the task's observation space.</param>
    /// <returns>Ok; Stale when a sensor had nothing new; otherwise the observation must not be used.</returns>
    LinkStatus TryObserve(MonotonicTime now, RobotState state, Span<float> observation);
}
