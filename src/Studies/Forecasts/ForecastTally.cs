using MathNet.Numerics.Statistics;
using Robotics.SequenceModels.Probes;
using Robotics.StateEstimation.Kalman;

namespace Robotics.Studies.Forecasts;

/// <summary>Scores of forecasts at one age of the last image. Not thread-safe.</summary>
internal sealed class ForecastTally(int steps)
{
    private readonly IntervalTally _calibrated = new();
    private readonly IntervalTally _own = new();
    private readonly List<double> _hold = [];
    private readonly List<double> _kalman = [];
    private readonly List<double> _error = [];
    private double _imageError;
    private long _pixels;

    public int Steps => steps;

    /// <summary>Adds one forecast.</summary>
    /// <param name="calibrated">Samples of the calibrated forecast, [axis][sample].</param>
    /// <param name="own">Samples of the uncalibrated forecast, [axis][sample].</param>
    /// <param name="truth">True position, [axis].</param>
    /// <param name="last">Last observed position, [axis].</param>
    /// <param name="tracked">State of the Kalman filter.</param>
    public void Add(double[][] calibrated, double[][] own, double[] truth, double[] last, GaussianState tracked)
    {
        var squared = 0.0;
        for (var axis = 0; axis < 2; axis++)
        {
            var mean = calibrated[axis].Average();
            squared += (mean - truth[axis]) * (mean - truth[axis]);
            _calibrated.Add(axis, calibrated[axis], truth[axis]);
            _own.Add(axis, own[axis], truth[axis]);
            _hold.Add(Math.Abs(last[axis] - truth[axis]));
            var variance = tracked.Covariance[2 * axis, 2 * axis];
            _kalman.Add(ContinuousRankedProbabilityScore.FromGaussian(tracked.Mean[2 * axis], Math.Sqrt(variance), truth[axis]));
        }

        _error.Add(Math.Sqrt(squared));
    }

    /// <summary>Adds the predicted image of one forecast, 0 to 1; scored on the pixels that the object covers by half or more.</summary>
    public void AddImage(float[] forecast, ReadOnlySpan<byte> truth)
    {
        for (var i = 0; i < forecast.Length; i++)
        {
            if (truth[i] < 128)
                continue;
            var error = forecast[i] - (truth[i] / 255.0);
            _imageError += error * error;
            _pixels++;
        }
    }

    public OpenLoopForecast Result() => new(
        steps, _calibrated.Result(), _own.Result(), _error.Average(), _hold.Average(), _kalman.Average(),
        -10 * Math.Log10(_imageError / _pixels));

    /// <summary>A quantile of sorted samples.</summary>
    internal static double Quantile(double[] sorted, double share) =>
        SortedArrayStatistics.QuantileCustom(sorted, share, QuantileDefinition.R7);

    private sealed class IntervalTally
    {
        private readonly List<double> _score = [];
        private readonly List<double> _width = [];
        private readonly int[] _inside = new int[2];

        public void Add(int axis, double[] samples, double truth)
        {
            _score.Add(ContinuousRankedProbabilityScore.FromSample(samples, truth));
            var (low, high) = (Quantile(samples, 0.05), Quantile(samples, 0.95));
            _inside[axis] += truth >= low && truth <= high ? 1 : 0;
            _width.Add(high - low);
        }

        public ForecastScore Result() => new(_score.Average(), [.. _inside.Select(i => 2.0 * i / _score.Count)], _width.Average());
    }
}
