namespace Robotics.Reporting.Numbers;

/// <summary>Prediction quality of one element at one number of steps ahead. Immutable.</summary>
/// <param name="HorizonSteps">Steps ahead.</param>
/// <param name="Element">The observation element; null for all predicted elements together.</param>
/// <param name="Samples">Predictions compared with what happened.</param>
/// <param name="Coverage">Per level: the share of truths inside the central interval; the level itself when calibrated.</param>
/// <param name="RootMeanSquareError">Of the particles' mean, in the element's unit; NaN for all elements together.</param>
/// <param name="MeanSpread">Mean std of the particles, in the element's unit; NaN for all elements together.</param>
/// <param name="RelativeError">
/// The error by the change in as many steps, both root mean square: 1 is no better than "nothing moves". For all elements
/// together the root mean square over those that move.
/// </param>
/// <param name="PitHistogram">Ten equal bins of the probability integral transform, each 0.1 when calibrated.</param>
public sealed record CoverageRow(
    int HorizonSteps,
    string? Element,
    long Samples,
    double[] Coverage,
    double RootMeanSquareError,
    double MeanSpread,
    double RelativeError,
    double[] PitHistogram)
{
    /// <summary>
    /// Half the summed distance of the histogram from the uniform one: 0 when calibrated, up to 0.9 when every realised value falls
    /// into one bin.
    /// </summary>
    public double CalibrationError => 0.5 * PitHistogram.Sum(p => Math.Abs(p - (1.0 / PitHistogram.Length)));
}
