namespace Robotics.Configuration.Yaml;

/// <summary>Guesses which known word the user meant.</summary>
internal static class Suggestion
{
    /// <summary>"; did you mean 'x'?" or, when nothing is near, "; known: a, b, c".</summary>
    public static string For(string word, IEnumerable<string> known)
    {
        var words = known.Distinct().ToArray();
        if (words.Length == 0)
            return "; there are none";
        var best = words.MinBy(w => Distance(word, w))!;
        return Distance(word, best) <= Math.Max(1, word.Length / 3)
            ? $"; did you mean '{best}'?"
            : $"; known: {string.Join(", ", words.Take(30))}{(words.Length > 30 ? ", …" : "")}";
    }

    /// <summary>Edit distance with transposition of neighbours, case-insensitive (optimal string alignment).</summary>
    internal static int Distance(string a, string b)
    {
        (a, b) = (a.ToLowerInvariant(), b.ToLowerInvariant());
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            d[i, 0] = i;
        for (var j = 0; j <= b.Length; j++)
            d[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var replace = d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                d[i, j] = Math.Min(replace, 1 + Math.Min(d[i - 1, j], d[i, j - 1]));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    d[i, j] = Math.Min(d[i, j], 1 + d[i - 2, j - 2]);
            }
        }

        return d[a.Length, b.Length];
    }
}
