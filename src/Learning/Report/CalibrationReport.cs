using Robotics.Core;
using Robotics.Data;

namespace Robotics.Learning;

/// <summary>How well a model's spread covers what came, so many steps ahead. Immutable.</summary>
/// <param name="Steps">Steps ahead.</param>
/// <param name="Count">Numbers compared.</param>
/// <param name="WithinOne">Share within one standard deviation of the mean; 0.683 for a calibrated normal prediction.</param>
/// <param name="WithinTwo">Share within two; 0.954 for a calibrated normal prediction.</param>
/// <param name="RelativeError">
/// Root of the mean, over elements, of the mean square error by the mean square change in as many steps: 1 is no better than
/// "nothing moves".
/// </param>
public sealed record CoverageRow(int Steps, int Count, double WithinOne, double WithinTwo, double RelativeError)
{
    /// <summary>The steps ahead that reports show.</summary>
    public static readonly IReadOnlyList<int> UsualSteps = [1, 5, 25];

    /// <summary>
    /// Compares predictions from every <paramref name="stride"/>-th step with what came, over all predicted elements; errors of
    /// angles are wrapped.
    /// </summary>
    /// <param name="episodes">Episodes that the model has not learned from, for an honest figure.</param>
    /// <param name="space">The layout of observations.</param>
    /// <param name="recorder">The model.</param>
    /// <param name="steps">The steps ahead, ascending.</param>
    /// <param name="key">The particles' randomness.</param>
    /// <param name="stride">Steps between the starts of predictions. Default: 5.</param>
    public static IReadOnlyList<CoverageRow> Of(
        IReadOnlyList<Episode> episodes, ObservationSpace space, ITrajectoryRecorder recorder, IReadOnlyList<int> steps, RandomKey key, int stride = 5)
    {
        var tallies = steps.Select(s => new CoverageTally(s, space)).ToArray();
        for (var e = 0; e < episodes.Count; e++)
        {
            var episode = episodes[e];
            for (var start = 0; start < episode.Steps; start += stride)
            {
                var horizon = Math.Min(steps[^1], episode.Steps - start);
                var forecast = Forecast.Of(episode, start, horizon, recorder, key.Derive((ulong)e).Derive((ulong)start));
                foreach (var tally in tallies.Where(t => t.Steps <= horizon))
                    tally.Add(episode, forecast);
            }
        }

        return [.. tallies.Where(t => t.Count > 0).Select(t => t.ToRow())];
    }
}

/// <summary>Counts for one number of steps ahead.</summary>
internal sealed class CoverageTally(int steps, ObservationSpace space)
{
    private readonly double[] _squaredError = new double[space.Dimension];
    private readonly double[] _squaredChange = new double[space.Dimension];
    private int _withinOne;
    private int _withinTwo;

    public int Steps => steps;

    public int Count { get; private set; }

    public void Add(Episode episode, Forecast forecast)
    {
        var actual = episode.Observation(forecast.Start + steps);
        var before = episode.Observation(forecast.Start);
        for (var i = 0; i < space.Dimension; i++)
        {
            if (space.Elements[i].Treatment != ObservationTreatment.Predict)
                continue;
            var at = ((steps - 1) * space.Dimension) + i;
            var isAngle = space.Elements[i].Encoding == ElementEncoding.SineCosine;
            var error = Math.Abs(Difference(actual[i], forecast.Mean[at], isAngle));
            var deviation = forecast.StandardDeviation[at];
            Count++;
            _withinOne += error <= deviation ? 1 : 0;
            _withinTwo += error <= 2 * deviation ? 1 : 0;
            _squaredError[i] += error * error;
            _squaredChange[i] += Math.Pow(Difference(actual[i], before[i], isAngle), 2);
        }
    }

    public CoverageRow ToRow()
    {
        // An element that never moved has nothing to be predicted.
        var moving = Enumerable.Range(0, space.Dimension).Where(i => _squaredChange[i] > 0).ToList();
        var ratio = moving.Count == 0 ? double.NaN : moving.Average(i => _squaredError[i] / _squaredChange[i]);
        return new CoverageRow(steps, Count, (double)_withinOne / Count, (double)_withinTwo / Count, Math.Sqrt(ratio));
    }

    private static double Difference(double a, double b, bool isAngle) => isAngle ? Math.IEEERemainder(a - b, 2 * Math.PI) : a - b;
}
