using System.Globalization;
using Robotics.Core.Randomness;
using Robotics.Reporting.Numbers;

namespace Robotics.Studies.Mechanism;

/// <summary>A figure over seeds, and what is asked of its mean. Immutable.</summary>
/// <param name="Name">Its name in the result.</param>
/// <param name="Meaning">What it is, in words.</param>
/// <param name="Values">One value per seed, at least one.</param>
/// <param name="AtMost">The mean may be no more; null for no such bound.</param>
/// <param name="AtLeast">The mean may be no less; null for no such bound.</param>
internal sealed record StudyBar(string Name, string Meaning, IReadOnlyList<double> Values, double? AtMost = null, double? AtLeast = null)
{
    /// <summary>The columns of <see cref="ToRow"/>.</summary>
    public static readonly IReadOnlyList<string> Columns = ["figure", "mean", "sd", "95 % interval of the mean", "least", "most", "asked", "met"];

    /// <summary>The mean over seeds.</summary>
    public double Mean => Statistics.Mean(Values);

    /// <summary>Its 95 % bootstrap interval.</summary>
    public Interval Interval => Statistics.BootstrapInterval(Values, RandomKey.FromSeed(0).Derive(Name));

    /// <summary>Whether the mean is within the bounds; true without any. NaN is within none.</summary>
    public bool Met => (AtMost is not { } most || Mean <= most) && (AtLeast is not { } least || Mean >= least);

    /// <summary>The figure as a table's row.</summary>
    public IReadOnlyList<string> ToRow() =>
    [
        Meaning, Figure.From(Mean), Figure.From(Statistics.StandardDeviation(Values)), $"{Figure.From(Interval.Low)} to {Figure.From(Interval.High)}",
        Figure.From(Values.Min()), Figure.From(Values.Max()), Asked, Asked.Length == 0 ? "" : Met ? "yes" : "no",
    ];

    /// <summary>The figure as a line for people.</summary>
    public string ToLine()
    {
        var bound = Asked.Length == 0 ? "" : $"  asked {Asked}: {(Met ? "met" : "not met")}";
        return string.Create(CultureInfo.InvariantCulture, $"{Meaning}: {Figure.From(Mean)} ({Figure.From(Interval.Low)} to {Figure.From(Interval.High)}; seeds {Figure.From(Values.Min())} to {Figure.From(Values.Max())}){bound}");
    }

    /// <summary>The figure for the result.</summary>
    public StudyFigure ToFigure() => new(
        Mean, Statistics.StandardDeviation(Values), Interval.Low, Interval.High, Values, AtMost, AtLeast,
        AtMost is null && AtLeast is null ? null : Met);

    private string Asked => AtMost is { } most ? $"at most {Figure.From(most)}" : AtLeast is { } least ? $"at least {Figure.From(least)}" : "";
}

/// <summary>A figure over seeds as the result has it. Immutable.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Sd">The standard deviation.</param>
/// <param name="Low95">Lower end of the mean's 95 % bootstrap interval.</param>
/// <param name="High95">Its upper end.</param>
/// <param name="Values">One value per seed.</param>
/// <param name="AtMost">The mean may be no more; null for no such bound.</param>
/// <param name="AtLeast">The mean may be no less; null for no such bound.</param>
/// <param name="Met">Whether the mean is within the bounds; null without any.</param>
internal sealed record StudyFigure(
    double Mean, double Sd, double Low95, double High95, IReadOnlyList<double> Values, double? AtMost, double? AtLeast, bool? Met);
