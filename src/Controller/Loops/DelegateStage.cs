namespace Robotics.Controller.Loops;

/// <summary>A stage that is a method of its loop. As safe on the tick path as the method.</summary>
internal sealed class DelegateStage(string name, DelegateStage.Body body) : ITickStage
{
    /// <summary>Body of the stage.</summary>
    public delegate void Body(in Tick tick);

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public void Run(in Tick tick) => body(in tick);
}
