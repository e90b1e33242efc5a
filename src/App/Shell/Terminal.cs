namespace Robotics.App.Shell;

/// <summary>Where the program writes: standard output, standard error, and what is known of the screen behind it.</summary>
/// <param name="Out">Results.</param>
/// <param name="Error">Messages, progress, and human text while <c>--json</c> is given.</param>
/// <param name="IsInteractive">Whether standard error is a screen on which a line can be redrawn.</param>
/// <param name="Width">Columns of that screen.</param>
internal sealed record Terminal(TextWriter Out, TextWriter Error, bool IsInteractive, int Width)
{
    /// <summary>The process's own terminal.</summary>
    public static Terminal OfProcess()
    {
        var interactive = !Console.IsErrorRedirected;
        var width = interactive ? Math.Clamp(Console.WindowWidth, 40, 160) : 100;
        return new Terminal(Console.Out, Console.Error, interactive, width);
    }
}
