using Robotics.Core.Spaces;
using Robotics.Data.Episodes;
using Robotics.Reporting.Numbers;

namespace Robotics.Reporting.Plots;

/// <summary>Plot of a model's prediction for one element of the observation, and of the realised values. Thread-safe.</summary>
public static class ForecastPlot
{
    /// <summary>Draws the realised path over bands of one and two standard deviations around the predicted mean.</summary>
    /// <param name="episode">The episode.</param>
    /// <param name="forecast">A prediction within it.</param>
    /// <param name="element">The element's index.</param>
    /// <param name="space">The layout of observations.</param>
    public static PlotSvg Create(Episode episode, Forecast forecast, int element, ObservationSpace space)
    {
        var (o, dt) = (space.Dimension, episode.Header.PeriodSeconds);
        var times = Enumerable.Range(0, forecast.Horizon + 1).Select(t => (forecast.Start + t) * dt).ToArray();
        var start = episode.Observation(forecast.Start)[element];
        double[] mean = [start, .. Enumerable.Range(0, forecast.Horizon).Select(t => forecast.Mean[(t * o) + element])];
        double[] sd = [0, .. Enumerable.Range(0, forecast.Horizon).Select(t => forecast.StandardDeviation[(t * o) + element])];
        double[] actual = [.. Enumerable.Range(forecast.Start, forecast.Horizon + 1).Select(t => (double)episode.Observation(t)[element])];
        var inside = Enumerable.Range(1, forecast.Horizon).Count(t => Math.Abs(actual[t] - mean[t]) <= 2 * sd[t]);
        var item = space.Elements[element];
        return new PlotSvg
        {
            Title = item.Name,
            Description = $"{inside} of {forecast.Horizon} steps of {item.Name} lie within two standard deviations of the prediction "
                + $"made at step {forecast.Start}.",
            XLabel = "time, s",
            YLabel = item.Unit,
            Width = 520,
            Height = 300,
            Layers =
            [
                Band(times, mean, sd, 2) with { Label = "±2σ", Opacity = 0.14 },
                Band(times, mean, sd, 1) with { Label = "±1σ", Opacity = 0.3 },
                new LineLayer(times, mean) { Label = "predicted mean", Dash = "6 3" },
                new LineLayer(times, actual) { Label = "measured", Colour = PlotPalette.Vermilion },
            ],
        };
    }

    private static BandLayer Band(double[] times, double[] mean, double[] sd, double factor) => new(
        times,
        [.. mean.Zip(sd, (m, s) => m - (factor * s))],
        [.. mean.Zip(sd, (m, s) => m + (factor * s))]);
}
