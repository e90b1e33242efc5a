using System.Text;

namespace Robotics.Reporting.Output;

/// <summary>
/// Writes to a terminal, and to nowhere once it is gone (SIGHUP): a command that ends in good order must not fail at saying so.
/// Thread-safe as the inner writer.
/// </summary>
/// <param name="inner">The terminal's writer.</param>
public sealed class TerminalWriter(TextWriter inner) : TextWriter
{
    // EIO, as which .NET passes on what a terminal without a screen answers.
    private const int InputOutputError = 5;
    private volatile bool _isGone;

    /// <inheritdoc/>
    public override Encoding Encoding => inner.Encoding;

    /// <inheritdoc/>
    public override void Write(char value) => Try(() => inner.Write(value));

    /// <inheritdoc/>
    public override void Write(string? value) => Try(() => inner.Write(value));

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Try(() => inner.WriteLine(value));

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Try(() => inner.Write(buffer, index, count));

    /// <inheritdoc/>
    public override void Flush() => Try(inner.Flush);

    private void Try(Action write)
    {
        if (_isGone)
            return;
        try
        {
            write();
        }
        catch (IOException e) when (e.HResult == InputOutputError)
        {
            _isGone = true;
        }
    }
}
