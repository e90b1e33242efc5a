namespace Robotics.Reporting.Plots;

/// <summary>
/// Colours that differ for every kind of colour vision (Okabe and Ito 2008, "Color universal design"). Thread-safe.
/// </summary>
public static class PlotPalette
{
    /// <summary>Blue: what was learned.</summary>
    public const string Blue = "#0072B2";

    /// <summary>Light blue: bars, on which darker marks are seen.</summary>
    public const string Sky = "#8CC3E6";

    /// <summary>Vermilion: what happened.</summary>
    public const string Vermilion = "#D55E00";

    /// <summary>Green: the ground-truth dynamics.</summary>
    public const string Green = "#009E73";

    /// <summary>Grey: chance, and what is only background.</summary>
    public const string Grey = "#6B7280";

    /// <summary>Purple: limits.</summary>
    public const string Purple = "#A0437A";

    /// <summary>Text on white.</summary>
    public const string Ink = "#1F2937";

    /// <summary>Grid lines.</summary>
    public const string Grid = "#E5E7EB";
}
