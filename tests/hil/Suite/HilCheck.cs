namespace Robotics.Hil.Suite;

/// <summary>One check of the suite. Checks run in order, each on the robot as the one before left it.</summary>
internal abstract class HilCheck
{
    /// <summary>Name in reports, in snake_case.</summary>
    public abstract string Name { get; }

    /// <summary>True when the check moves the robot.</summary>
    public virtual bool Moves => true;

    /// <summary>Runs the check.</summary>
    /// <param name="bench">The robot under test.</param>
    /// <param name="cancellationToken">Stops; the robot is brought to rest.</param>
    public abstract Task<HilOutcome> RunAsync(HilBench bench, CancellationToken cancellationToken);
}
