namespace Robotics.Core.Progress;

/// <summary>A line that shows how far some work is; disposing it ends the display. Used by one thread.</summary>
public interface IProgressLine : IDisposable
{
    /// <summary>Reports progress.</summary>
    /// <param name="done">Steps done.</param>
    /// <param name="note">Text that is shown behind the bar.</param>
    void Report(long done, string note = "");
}
