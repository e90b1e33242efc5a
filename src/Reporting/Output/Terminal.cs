using System.Text;
using Spectre.Console;

namespace Robotics.Reporting.Output;

/// <summary>Outputs of the program: standard output, standard error, and the known properties of the screen behind them.</summary>
/// <param name="Out">Results.</param>
/// <param name="Error">Messages, progress, and human text while <c>--json</c> is given.</param>
/// <param name="Screen">Standard error where it is a screen on which lines can be redrawn; null otherwise.</param>
/// <param name="Width">Columns of the screen; what is not written to one may be as wide as it is.</param>
public sealed record Terminal(TextWriter Out, TextWriter Error, IAnsiConsole? Screen, int Width)
{
    private const int Unlimited = 10_000;

    /// <summary>The process's own terminal. Its screen has no colours where NO_COLOR asks for none.</summary>
    public static Terminal FromProcess()
    {
        var isWide = Console.IsOutputRedirected || Console.IsErrorRedirected;
        var error = new TerminalWriter(Console.Error);
        var width = isWide ? Unlimited : Math.Max(40, Console.WindowWidth);
        return new Terminal(new TerminalWriter(Console.Out), error, FindScreen(error), width);
    }

    private static IAnsiConsole? FindScreen(TerminalWriter error)
    {
        if (Console.IsErrorRedirected)
            return null;
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        // What it is capable of is found on standard error itself.
        console.Profile.Out = new ScreenOutput(console.Profile.Out, error);
        return console.Profile.Capabilities is { Ansi: true, Interactive: true } ? console : null;
    }

    /// <summary>The screen, written to by way of what bears its end.</summary>
    private sealed class ScreenOutput(IAnsiConsoleOutput screen, TerminalWriter writer) : IAnsiConsoleOutput
    {
        public TextWriter Writer => writer;

        public bool IsTerminal => screen.IsTerminal;

        public int Width => screen.Width;

        public int Height => screen.Height;

        public void SetEncoding(Encoding encoding) => screen.SetEncoding(encoding);
    }
}
