namespace Robotics.Data.Metrics;

/// <summary>
/// One line of metrics: named numbers and texts in order. A row belongs to a trial, by which a resumed run finds its place.
/// Not thread-safe.
/// </summary>
public sealed class MetricsRow(int trial)
{
    private readonly List<KeyValuePair<string, object>> _values = [new("trial", (double)trial)];

    /// <summary>The trial.</summary>
    public int Trial => trial;

    /// <summary>The values in order; numbers are <see cref="double"/>, everything else <see cref="string"/>.</summary>
    public IReadOnlyList<KeyValuePair<string, object>> Values => _values;

    /// <summary>Adds a number; one that is not finite is written as nothing.</summary>
    public MetricsRow Add(string name, double value)
    {
        _values.Add(new(name, value));
        return this;
    }

    /// <summary>Adds a text.</summary>
    public MetricsRow Add(string name, string value)
    {
        _values.Add(new(name, value));
        return this;
    }
}
