using Robotics.Data.Episodes;
using Robotics.Reporting.Numbers;

namespace Robotics.Tests.Unit.Reporting;

public sealed class ForesightReportTests
{
    [Fact]
    public void TryOf_KnownErrors_GivesGapSizeAndRankCorrelation()
    {
        // Every decision realises 2; the errors are 1, −2, 3 and grow with the disagreement.
        var report = ReturnPredictionReport.TryOf(
            [.. ReturnPrediction.From(Episode([3, 0, 5, float.NaN], [0.1f, 0.2f, 0.4f, 0.9f], 2, StepFlags.None))])!;
        Assert.Equal((3, 2.0 / 3), (report.Count, report.Gap));
        Assert.Equal(Math.Sqrt(14 / 3.0), report.RootMeanSquareError, 12);
        Assert.Equal((0.7 / 3, 1), (report.MeanDisagreement, report.RankCorrelation), Near);
    }

    [Fact]
    public void TryOf_TerminatedEpisode_CountsNothingAfterItsEnd()
    {
        var report = ReturnPredictionReport.TryOf(
            [.. ReturnPrediction.From(Episode([2, 2, 2, 2], [0, 0, 0, 0], 2, StepFlags.Terminated))])!;
        Assert.Equal((4, 0.25), (report.Count, report.Gap));
        Assert.True(double.IsNaN(report.RankCorrelation));
    }

    [Fact]
    public void TryOf_NothingPlanned_IsNull() =>
        Assert.Null(ReturnPredictionReport.TryOf([.. ReturnPrediction.From(Episode([1, 1, 1, 1], [0, 0, 0, 0], 0, StepFlags.None))]));

    private static bool Near((double, double) a, (double, double) b) =>
        Math.Abs(a.Item1 - b.Item1) < 1e-6 && Math.Abs(a.Item2 - b.Item2) < 1e-12;

    /// <summary>Four steps of reward 1.</summary>
    private static Episode Episode(float[] predicted, float[] disagreements, int horizon, StepFlags last) => new()
    {
        Header = Data.Episodes.Header() with { PlanHorizon = horizon },
        IsPartial = false,
        Observations = new float[5 * 2],
        Actions = new float[4],
        Requested = new double[4 * 2],
        Applied = new double[4 * 2],
        Rewards = [1, 1, 1, 1],
        Times = new long[5],
        Flags = [0, 0, 0, last],
        PredictedReturns = predicted,
        Disagreements = disagreements,
        PlanNanoseconds = new long[4],
    };
}
