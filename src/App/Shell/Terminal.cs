using Spectre.Console;

namespace Robotics.App.Shell;

/// <summary>Where the program writes: standard output, standard error, and what is known of the screen behind them.</summary>
/// <param name="Out">Results.</param>
/// <param name="Error">Messages, progress, and human text while <c>--json</c> is given.</param>
/// <param name="Screen">Standard error where it is a screen on which lines can be redrawn; null otherwise.</param>
/// <param name="Width">Columns of the screen; what is not written to one may be as wide as it is.</param>
internal sealed record Terminal(TextWriter Out, TextWriter Error, IAnsiConsole? Screen, int Width)
{
    private const int Unlimited = 10_000;

    /// <summary>The process's own terminal. Its screen has no colours where NO_COLOR asks for none.</summary>
    public static Terminal OfProcess()
    {
        var isWide = Console.IsOutputRedirected || Console.IsErrorRedirected;
        return new Terminal(Console.Out, Console.Error, FindScreen(), isWide ? Unlimited : Math.Max(40, Console.WindowWidth));
    }

    private static IAnsiConsole? FindScreen()
    {
        if (Console.IsErrorRedirected)
            return null;
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return console.Profile.Capabilities is { Ansi: true, Interactive: true } ? console : null;
    }
}
