namespace Robotics.Controller.Planning;

/// <summary>
/// Normal numbers by inversion, one 32-bit word each: Wichura 1988, "Algorithm AS 241: the percentage points of the normal
/// distribution", routine PPND7 (relative error about 1e-7). Differs: |Φ⁻¹| never exceeds 6.4, because a word has 32 bits, so
/// the branch for farther tails is left out. Pure; safe on the tick path.
/// </summary>
internal static class NormalQuantile
{
    private const double WordToUnit = 1.0 / (1UL << 32);

    /// <summary>Φ(2) − Φ(−2): the mass within two standard deviations.</summary>
    private const double MassWithinTwoSigma = 0.95449973610364158;

    /// <summary>Standard normal from a uniform word.</summary>
    public static float Standard(uint word) => Quantile(Centred(word));

    /// <summary>Standard normal truncated to [−2, 2], from a uniform word.</summary>
    public static float WithinTwoSigma(uint word) => Quantile(Centred(word) * MassWithinTwoSigma);

    /// <summary>Φ⁻¹(½ + q) for |q| &lt; ½.</summary>
    public static float Quantile(double q)
    {
        if (Math.Abs(q) <= 0.425)
        {
            var s = 0.180625 - (q * q);
            return (float)(q * (((((59.109374720 * s) + 159.29113202) * s) + 50.434271938) * s + 3.3871327179)
                / (((((67.187563600 * s) + 78.757757664) * s) + 17.895169469) * s + 1));
        }

        var r = Math.Sqrt(-Math.Log(0.5 - Math.Abs(q))) - 1.6;
        var x = (((((0.17023821103 * r) + 1.3067284816) * r) + 2.7568153900) * r + 1.4234372777)
            / ((((0.12021132975 * r) + 0.73700164250) * r) + 1);
        return (float)(q < 0 ? -x : x);
    }

    private static double Centred(uint word) => ((int)word + 0.5) * WordToUnit;
}
