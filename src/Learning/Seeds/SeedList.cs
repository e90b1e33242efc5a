using System.Globalization;
using Robotics.Core.Errors;

namespace Robotics.Learning.Seeds;

/// <summary>Reads <c>--seeds</c>: a list such as <c>1,2,5</c>, or a count N for 1 to N.</summary>
internal static class SeedList
{
    private const int Most = 1000;

    /// <summary>The seeds in the order given.</summary>
    /// <exception cref="UserErrorException">It is neither, or a seed appears twice.</exception>
    public static IReadOnlyList<ulong> Parse(string text)
    {
        var seeds = text.Contains(',', StringComparison.Ordinal) ? List(text) : Count(text);
        return seeds ?? throw new UserErrorException(
            $"--seeds takes a count from 1 to {Most}, or different seeds in a list such as 1,2,5, not '{text}'.");
    }

    private static ulong[]? Count(string text) =>
        Number(text) is { } count and >= 1 and <= Most ? [.. Enumerable.Range(1, (int)count).Select(i => (ulong)i)] : null;

    private static ulong[]? List(string text)
    {
        var seeds = text.Split(',').Select(Number).ToArray();
        return seeds.Length <= Most && seeds.All(s => s is not null) && seeds.Distinct().Count() == seeds.Length
            ? [.. seeds.Select(s => s!.Value)]
            : null;
    }

    private static ulong? Number(string text) =>
        ulong.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
