namespace Robotics.Reporting.Plots;

/// <summary>The rectangle of a plot and what its edges mean. Immutable.</summary>
internal sealed record PlotScale(
    double Left, double Top, double Width, double Height, NiceTicks XTicks, NiceTicks YTicks, double XLow, double XHigh)
{
    public double Right => Left + Width;

    public double Bottom => Top + Height;

    public double X(double value) => Left + ((value - XLow) / (XHigh - XLow) * Width);

    public double Y(double value) => Bottom - ((value - YTicks.Low) / (YTicks.High - YTicks.Low) * Height);
}
