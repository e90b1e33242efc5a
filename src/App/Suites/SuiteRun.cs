using System.Globalization;
using System.Text.Json.Nodes;
using Robotics.App.Shell;
using Robotics.Core;

namespace Robotics.App.Suites;

/// <summary>One run of a suite: its settings, and where its tables and figures go. Not thread-safe.</summary>
/// <param name="context">The command's context.</param>
/// <param name="quick">Whether to measure less, in a minute or two.</param>
/// <param name="seeds">Over how many seeds to repeat what learns.</param>
internal sealed class SuiteRun(CommandContext context, bool quick, int seeds)
{
    private readonly JsonObject _figures = [];
    private readonly JsonObject _bars = [];

    /// <summary>The command's context, for its output, clock and folder.</summary>
    public CommandContext Context => context;

    /// <summary>Whether to measure less, in a minute or two.</summary>
    public bool IsQuick => quick;

    /// <summary>Over how many seeds to repeat what learns.</summary>
    public int Seeds => seeds;

    /// <summary>Run folders of estimators that were trained before; empty to train anew.</summary>
    public IReadOnlyList<string> Estimators { get; init; } = [];

    /// <summary>The randomness of one seed, from 0.</summary>
    public RandomKey Key(int seed) => RandomKey.FromSeed(context.Seed + (ulong)seed);

    /// <summary>Keeps a figure under a name of lower-case words joined by underscores, with its unit unless it has none.</summary>
    public void Figure(string name, double value) => _figures[name] = CommandOutput.Number(value);

    /// <summary>Keeps a figure of each seed: the mean under the name, and its 95 % interval (Student's t) under name_interval.</summary>
    public SeedFigure Figure(string name, IReadOnlyList<double> values)
    {
        var figure = SeedFigure.Of(values);
        Figure(name, figure.Mean);
        _figures[name + "_interval"] = new JsonArray(CommandOutput.Number(figure.Low), CommandOutput.Number(figure.High));
        _figures[name + "_seeds"] = new JsonArray([.. values.Select(CommandOutput.Number)]);
        return figure;
    }

    /// <summary>Says whether a figure keeps to what is asked of it.</summary>
    /// <param name="name">The bar's name.</param>
    /// <param name="met">Whether it is met.</param>
    /// <param name="sentence">What was asked and what was found.</param>
    public void Bar(string name, bool met, string sentence)
    {
        _bars[name] = met;
        context.Output.Line($"  {(met ? "met    " : "NOT MET")}  {sentence}");
    }

    /// <summary>A line of text.</summary>
    public void Line(string text = "") => context.Output.Line(text);

    /// <summary>A table: a row of heads, then the rows, columns padded; the first column is text.</summary>
    public void Table(string title, IReadOnlyList<string> heads, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        Line();
        Line(title);
        var widths = heads.Select((head, c) => Math.Max(head.Length, rows.Max(r => r[c].Length))).ToArray();
        foreach (var row in rows.Prepend(heads))
            Line("  " + string.Join("  ", row.Select((cell, c) => c == 0 ? cell.PadRight(widths[c]) : cell.PadLeft(widths[c]))).TrimEnd());
    }

    /// <summary>A number for a table.</summary>
    public static string Number(double value, string format = "F3") => value.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>Puts everything into the command's result.</summary>
    public void Complete(string suite)
    {
        var result = context.Output.Result;
        result["suite"] = suite;
        result["quick"] = quick;
        result["seeds"] = seeds;
        result["figures"] = _figures;
        result["bars"] = _bars;
    }
}
