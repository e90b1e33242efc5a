using System.Globalization;
using Robotics.Core.Randomness;
using Robotics.Reporting.Numbers;

namespace Robotics.Studies.Mechanism;

/// <summary>A metric over seeds with the bounds required of its mean. Immutable.</summary>
/// <param name="Name">Name in the result; also the key of the bootstrap's randomness.</param>
/// <param name="Description">Description in tables.</param>
/// <param name="Values">One value per seed, at least one.</param>
/// <param name="AtMost">Upper bound of the mean; null for none.</param>
/// <param name="AtLeast">Lower bound of the mean; null for none.</param>
internal sealed record Criterion(
    string Name, string Description, IReadOnlyList<double> Values, double? AtMost = null, double? AtLeast = null)
{
    /// <summary>Column names of <see cref="ToRow"/>.</summary>
    public static readonly IReadOnlyList<string> Columns =
        ["metric", "mean", "std", "95 % interval of the mean", "minimum", "maximum", "required", "met"];

    /// <summary>Mean over seeds.</summary>
    public double Mean => Statistics.Mean(Values);

    /// <summary>95 % bootstrap interval of the mean.</summary>
    public Interval Interval => Statistics.BootstrapInterval(Values, RandomKey.FromSeed(0).Derive(Name));

    /// <summary>True if there is a bound.</summary>
    public bool IsBounded => AtMost is not null || AtLeast is not null;

    /// <summary>True if the mean is within the bounds or there are none; NaN is within no bound.</summary>
    public bool Met => (AtMost is not { } most || Mean <= most) && (AtLeast is not { } least || Mean >= least);

    /// <summary>The criterion as a table row.</summary>
    public IReadOnlyList<string> ToRow() =>
    [
        Description, Figure.From(Mean), Figure.From(Statistics.StandardDeviation(Values)),
        $"{Figure.From(Interval.Low)} to {Figure.From(Interval.High)}",
        Figure.From(Values.Min()), Figure.From(Values.Max()), Required, IsBounded ? Met ? "yes" : "no" : "",
    ];

    /// <summary>The criterion as a line of text.</summary>
    public string ToLine()
    {
        var bound = IsBounded ? $"  required {Required}: {(Met ? "met" : "not met")}" : "";
        var interval = $"{Figure.From(Interval.Low)} to {Figure.From(Interval.High)}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Description}: {Figure.From(Mean)} ({interval}; seeds {Figure.From(Values.Min())} to {Figure.From(Values.Max())}){bound}");
    }

    /// <summary>The criterion as the result has it.</summary>
    public MetricResult ToResult() => new(
        Mean, Statistics.StandardDeviation(Values), Interval.Low, Interval.High, Values, AtMost, AtLeast, IsBounded ? Met : null);

    private string Required => AtMost is { } most ? $"at most {Figure.From(most)}"
        : AtLeast is { } least ? $"at least {Figure.From(least)}"
        : "";
}

/// <summary>A metric over seeds as the result has it. Immutable.</summary>
/// <param name="Mean">Mean over seeds.</param>
/// <param name="Std">Standard deviation over seeds.</param>
/// <param name="Low95">Lower end of the mean's 95 % interval.</param>
/// <param name="High95">Upper end of the mean's 95 % interval.</param>
/// <param name="Values">One value per seed.</param>
/// <param name="AtMost">Upper bound required of the mean; null for none.</param>
/// <param name="AtLeast">Lower bound required of the mean; null for none.</param>
/// <param name="Met">True if the mean is within the bounds; null without any.</param>
internal sealed record MetricResult(
    double Mean, double Std, double Low95, double High95, IReadOnlyList<double> Values,
    double? AtMost = null, double? AtLeast = null, bool? Met = null);
