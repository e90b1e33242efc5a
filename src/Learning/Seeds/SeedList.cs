using System.Globalization;
using Robotics.Core.Errors;

namespace Robotics.Learning.Seeds;

/// <summary>Reads <c>--seeds</c>: a list such as <c>1,2,5</c>, or a count N for N consecutive seeds.</summary>
internal static class SeedList
{
    private const int Most = 1000;

    /// <summary>The seeds in the order given.</summary>
    /// <param name="text">A list or a count.</param>
    /// <param name="first">First seed of a count.</param>
    /// <exception cref="UserErrorException">It is neither, a seed appears twice, or a count goes beyond the largest seed.</exception>
    public static IReadOnlyList<ulong> Parse(string text, ulong first = 1)
    {
        var seeds = text.Contains(',', StringComparison.Ordinal) ? List(text) : Count(text, first);
        return seeds ?? throw new UserErrorException(
            $"--seeds takes a count from 1 to {Most}, or different seeds in a list such as 1,2,5, not '{text}'.");
    }

    private static ulong[]? Count(string text, ulong first)
    {
        if (Number(text) is not ({ } count and >= 1 and <= Most))
            return null;
        return first <= ulong.MaxValue - (count - 1)
            ? [.. Enumerable.Range(0, (int)count).Select(i => first + (ulong)i)]
            : throw new UserErrorException($"--seed {first} leaves no room for {count} consecutive seeds below 2^64; give a smaller one.");
    }

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
