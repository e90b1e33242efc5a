using Robotics.Core.Errors;

namespace Robotics.Configuration.Yaml;

/// <summary>
/// Errors in a configuration file: one line per error, each <c>file:line:column: what is wrong; what to do</c>.
/// </summary>
public sealed class ConfigurationException : UserErrorException
{
    /// <summary>Errors shown at once; the rest are counted.</summary>
    public const int MaximumShown = 10;

    /// <summary>Creates the exception from its lines.</summary>
    public ConfigurationException(IReadOnlyList<string> errors, Exception? inner = null)
        : base(Join(errors), inner) => Errors = errors;

    /// <summary>All errors, one line each.</summary>
    public IReadOnlyList<string> Errors { get; }

    private static string Join(IReadOnlyList<string> errors)
    {
        var shown = string.Join('\n', errors.Take(MaximumShown));
        return errors.Count > MaximumShown ? $"{shown}\nand {errors.Count - MaximumShown} more errors" : shown;
    }
}

/// <summary>Collects the errors of a file, so that the user sees them together.</summary>
internal sealed class ErrorList
{
    private readonly List<(SourceLocation Location, string Message)> _errors;

    /// <summary>Begins with what was found before, if anything.</summary>
    public ErrorList(ErrorList? before = null) => _errors = [.. before?._errors ?? []];

    public int Count => _errors.Count;

    public void Add(SourceLocation location, string message)
    {
        // An anchor that is used twice is read twice.
        if (!_errors.Contains((location, message)))
            _errors.Add((location, message));
    }

    public void Add(YamlNode node, string message) => Add(node.Location, message);

    public void ThrowIfAny()
    {
        if (_errors.Count == 0)
            return;
        var ordered = _errors.OrderBy(e => e.Location.File, StringComparer.Ordinal).ThenBy(e => e.Location.Line).ThenBy(
            e => e.Location.Column);
        throw new ConfigurationException([.. ordered.Select(e => $"{e.Location}: {e.Message}")]);
    }
}
