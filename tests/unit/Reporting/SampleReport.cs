using Robotics.Core.Models;
using Robotics.Core.Randomness;
using Robotics.Core.Rollouts;
using Robotics.Core.Spaces;
using Robotics.Core.Streams;
using Robotics.Core.Threading;
using Robotics.Data.Episodes;
using Robotics.Learning.Calibration;
using Robotics.Reporting.Images;
using Robotics.Reporting.Numbers;
using Robotics.Reporting.Pages;
using Robotics.Reporting.Plots;

namespace Robotics.Tests.Unit.Reporting;

/// <summary>A report with every part in it, made of invented but plausible numbers.</summary>
internal static class SampleReport
{
    public static readonly ObservationSpace Space = new(
    [
        new ObservationElement("q.shoulder", "rad", ObservationTreatment.Predict, ElementEncoding.SineCosine),
        new ObservationElement("goal", "m", ObservationTreatment.Static),
    ]);

    public static RunReportContent Create()
    {
        var episode = Swing(60);
        var recorder = new DriftingRecorder(0.02);
        var key = RandomKey.FromSeed(4);
        return new RunReportContent
        {
            Title = "Reach & hold <sample>",
            Command = "robot train reach --seeds 3 \"quoted\"",
            Task = "reach",
            Seeds = [1, 2, 3],
            Machine = "two cores",
            StartedAtUtc = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
            Curve = new LearningCurve(Curves(), key),
            RandomReturn = -118,
            OracleReturn = -14,
            Published = new PublishedReturns
            {
                Source = "a paper",
                BestSoFar = true,
                Returns = [new PublishedPoint { Trial = 4, Return = -40 }, new PublishedPoint { Trial = 99, Return = -10 }],
            },
            Films = [new Film("The arm reaches the goal", [.. Enumerable.Range(0, 12).Select(Frame)], TimeSpan.FromSeconds(0.2))],
            Forecasts = [ForecastPlot.Create(episode, Forecast.From(episode, 5, 25, recorder, key), 0, Space)],
            Coverage = CoverageEvaluator.Evaluate(recorder, Space, 1, [TestEpisode.From(episode)], new CoverageOptions(), key),
            PlanTimes = PlanTimes(),
            PlanDeadline = TimeSpan.FromMilliseconds(50),
            Tables = [ReportTable.FromCurve(new LearningCurve(Curves(), key))],
            Notes = ["Numbers of a test."],
        };
    }

    /// <summary>One joint that swings, observed with the model's own kind of noise.</summary>
    public static Episode Swing(int steps)
    {
        var random = RandomKey.FromSeed(8).OpenStream();
        var observations = new float[(steps + 1) * 2];
        for (var t = 1; t <= steps; t++)
            observations[2 * t] = observations[2 * (t - 1)] + (0.1f * MathF.Cos(0.2f * t)) + (0.02f * (float)random.NextGaussian());
        return new Episode
        {
            Header = Data.Episodes.Header() with { ObservationNames = ["q.shoulder", "goal"] },
            IsPartial = false,
            Observations = observations,
            Actions = [.. Enumerable.Range(1, steps).Select(t => MathF.Cos(0.2f * t))],
            Requested = new double[steps * 2],
            Applied = new double[steps * 2],
            Rewards = new float[steps],
            Times = new long[steps + 1],
            Flags = new StepFlags[steps],
            PredictedReturns = new float[steps],
            Disagreements = new float[steps],
            PlanNanoseconds = new long[steps],
        };
    }

    public static Image Frame(int index)
    {
        var bytes = new byte[64 * 48 * 3];
        for (var i = 0; i < 64 * 48; i++)
        {
            var (x, y) = (i % 64, i / 64);
            var inside = Math.Pow(x - 10 - (4 * index), 2) + Math.Pow(y - 24, 2) < 64;
            (bytes[3 * i], bytes[(3 * i) + 1], bytes[(3 * i) + 2]) = inside
                ? ((byte)213, (byte)94, (byte)0)
                : ((byte)(200 - y), (byte)(220 - y), (byte)235);
        }

        return new Image(new ImageFormat(64, 48, 3), bytes);
    }

    private static Dictionary<ulong, IReadOnlyList<double>> Curves() => Enumerable.Range(1, 3).ToDictionary(
        seed => (ulong)seed,
        seed =>
            (IReadOnlyList<double>)[.. Enumerable.Range(0, 11).Select(
                t => -15 - (100 * Math.Exp(-0.5 * t)) - (8 * Math.Sin((t * 1.7) + seed)))]);

    private static LatencyHistogram PlanTimes()
    {
        var random = RandomKey.FromSeed(2).OpenStream();
        var times = new LatencyHistogram();
        for (var i = 0; i < 2000; i++)
            times.Record((long)(1e6 * (22 + (3 * random.NextGaussian()) + (random.NextDouble() < 0.02 ? 20 : 0))));
        return times;
    }
}

/// <summary>Predicts q' = q + 0.1 a with particles that spread like a random walk.</summary>
internal sealed class DriftingRecorder(double std) : ITrajectoryRecorder
{
    public int ParticleCount => 400;

    public void Record(ReadOnlySpan<float> belief, ReadOnlySpan<float> actions, RandomKey key, Span<float> particles)
    {
        var random = key.OpenStream();
        for (var p = 0; p < ParticleCount; p++)
        {
            var q = belief[0];
            for (var t = 0; t < actions.Length; t++)
            {
                q += (0.1f * actions[t]) + (float)(std * random.NextGaussian());
                particles[((t * ParticleCount) + p) * 2] = q;
                particles[(((t * ParticleCount) + p) * 2) + 1] = belief[1];
            }
        }
    }
}
