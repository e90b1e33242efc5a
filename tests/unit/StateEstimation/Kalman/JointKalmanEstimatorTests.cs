using Robotics.Configuration.Pipelines;
using Robotics.Core.Beliefs;
using Robotics.Core.Randomness;
using Robotics.Core.Time;
using Robotics.StateEstimation.Kalman;
using Robotics.StateEstimation.Streams;
using Robotics.StateEstimation.Tracking;
using Robotics.Tests.Unit.Configuration;

namespace Robotics.Tests.Unit.StateEstimation;

/// <summary>Two joints on known tracks, whose readings have a known noise and a known age, through the tracker of a control loop.</summary>
public sealed class JointKalmanEstimatorTests
{
    private const int Ticks = 400;
    private const int Settling = 20;
    private const int JointCount = 2;
    private const double FineSeconds = 0.005;
    private const int FinePerTick = 10;
    private const double PeriodSeconds = FinePerTick * FineSeconds;
    private const int FinePerAge = 12;
    private const double Density = 5;
    private static readonly KalmanOptions Options = new() { AccelerationDensity = Density, PositionNoiseSd = 0.02, VelocityNoiseSd = 0.3 };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Gather_ReadingsOfAConstantVelocity_EstimateIsFarBetterThanTheNewestReading(ulong seed)
    {
        var errors = Track((joint, time) => (joint + (0.8 * time), 0.8), Options with { AccelerationDensity = 0.01 }, seed);

        Assert.InRange(errors.PositionRatio, 0, 0.3);
        Assert.InRange(errors.VelocityRatio, 0, 0.3);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Gather_ReadingsOfASinusoidWithATunedDensity_EstimateIsBetterThanTheNewestReading(ulong seed)
    {
        var density = Tune(RandomKey.FromSeed(seed).Derive("tune"));

        var errors = Track(Sinusoid, Options with { AccelerationDensity = density }, seed);

        Assert.InRange(errors.PositionRatio, 0, 0.6);
        Assert.InRange(errors.VelocityRatio, 0, 0.6);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Gather_MotionOfTheFiltersOwnModel_ErrorsAreAsLargeAsTheirStandardDeviations(ulong seed)
    {
        var walks = Enumerable.Range(0, JointCount).Select(j => WhiteAcceleration(RandomKey.FromSeed(seed).Derive((ulong)j))).ToArray();

        var errors = Track((joint, time) => walks[joint][(int)Math.Round(time / FineSeconds)], Options, seed);

        Assert.InRange(errors.PositionSquaredNormalized, 0.75, 1.3);
        Assert.InRange(errors.VelocitySquaredNormalized, 0.75, 1.3);
        Assert.InRange(errors.PositionRatio, 0, 0.5);
        Assert.InRange(errors.VelocityRatio, 0, 0.99);
    }

    [Fact]
    public void Gather_NewGoal_IsInTheBeliefAsCommanded()
    {
        var tracker = CreateTracker(Options);
        tracker.Restart(At(0), At(0));

        tracker.Gather([0.1f, 0.2f, 0, 0, 0.4f, 0.5f, 0.6f], At(0), At(0));

        Assert.Equal([0.4f, 0.5f, 0.6f], tracker.Current.Mean[4..7]);
        Assert.Equal([0, 0, 0], tracker.Current.StandardDeviation[4..7]);
    }

    [Fact]
    public void Predict_PositionsAndVelocities_FollowTheVelocityAndGrowUncertain()
    {
        var estimator = CreateEstimator(Options);
        IStateEstimator filter = estimator;
        var (belief, frame) = (filter.CreateBelief(), new ObservationFrame(estimator.Modalities));
        estimator.Reset(belief);
        new float[] { 1, 2, 3, -4 }.CopyTo(frame[0].Values, 0);
        (frame[0].IsNew, frame[0].AgeSeconds) = (true, 0);
        estimator.Correct(belief, frame, belief);
        float[] before = [.. belief.Mean];
        var uncertainty = belief.StandardDeviation[0];

        estimator.Predict(belief, [], 0.05, belief);

        Assert.Equal(before[0] + (0.05f * before[2]), belief.Mean[0], 5);
        Assert.Equal(before[1] + (0.05f * before[3]), belief.Mean[1], 5);
        Assert.Equal(before[2], belief.Mean[2]);
        Assert.True(belief.StandardDeviation[0] > uncertainty);
    }

    [Fact]
    public void Gather_LateReadings_DoNotAllocate()
    {
        var tracker = CreateTracker(Options);
        tracker.Restart(At(0), At(0));
        var tick = 0;
        float[] observation = [1, 2, 0.1f, 0.2f, 0, 0, 0];

        Assert.Equal(0, LeastAllocation.From(() =>
        {
            for (var i = 0; i < 50; i++)
            {
                tracker.Advance(At(++tick * FinePerTick), [0, 0]);
                tracker.Gather(observation, At((tick * FinePerTick) - FinePerAge), At(tick * FinePerTick));
            }
        }));
        Assert.True(tracker.History.Replayed > 0);
    }

    /// <summary>Runs the tracker over a track given by joint and time, s, and compares it with the newest reading at each tick.</summary>
    private static Errors Track(Func<int, double, (double Position, double Velocity)> truth, KalmanOptions options, ulong seed)
    {
        var (tracker, errors) = (CreateTracker(options), new Errors());
        var noise = RandomKey.FromSeed(seed).Derive("noise").OpenStream();
        var observation = new float[7];
        for (var tick = 0; tick < Ticks; tick++)
        {
            var now = (tick + 2) * FinePerTick;
            if (tick == 0)
                tracker.Restart(At(now), At(0));
            else
                tracker.Advance(At(now), [0, 0]);
            for (var joint = 0; joint < JointCount; joint++)
            {
                var (position, velocity) = truth(joint, (now - FinePerAge) * FineSeconds);
                observation[joint] = (float)(position + (options.PositionNoiseSd * noise.NextGaussian()));
                observation[JointCount + joint] = (float)(velocity + (options.VelocityNoiseSd * noise.NextGaussian()));
            }

            tracker.Gather(observation, At(now - FinePerAge), At(now));
            for (var joint = 0; joint < JointCount && tick >= Settling; joint++)
                errors.Add(truth(joint, now * FineSeconds), tracker.Current, observation, joint);
        }

        return errors;
    }

    /// <summary>The two joints' motion at 0.15 Hz, 1 rad, by joint and time, s.</summary>
    private static (double Position, double Velocity) Sinusoid(int joint, double time)
    {
        const double Rate = 2 * Math.PI * 0.15;
        return (Math.Sin((Rate * time) + joint), Rate * Math.Cos((Rate * time) + joint));
    }

    /// <summary>The density by maximum likelihood, from a recording of the positions of the same motion.</summary>
    private static double Tune(RandomKey key)
    {
        var noise = key.OpenStream();
        LinearStep[] recording = new LinearStep[Ticks];
        for (var tick = 0; tick < Ticks; tick++)
        {
            double[] positions = new double[JointCount];
            for (var joint = 0; joint < JointCount; joint++)
                positions[joint] = Sinusoid(joint, tick * PeriodSeconds).Position + (Options.PositionNoiseSd * noise.NextGaussian());
            recording[tick] = new LinearStep(PeriodSeconds, null, [positions]);
        }

        return new KinematicTuner(JointCount, KinematicOrder.ConstantVelocity, [10, 1]).Fit([recording], new(1, 0.01)).SpectralDensity;
    }

    private static (double Position, double Velocity)[] WhiteAcceleration(RandomKey key)
    {
        var random = key.OpenStream();
        var track = new (double Position, double Velocity)[((Ticks + 2) * FinePerTick) + 1];
        for (var i = 1; i < track.Length; i++)
        {
            var kick = Math.Sqrt(Density * FineSeconds) * random.NextGaussian();
            var (position, velocity) = track[i - 1];
            track[i] = (position + (FineSeconds * (velocity + (0.5 * kick))), velocity + kick);
        }

        return track;
    }

    private static BeliefTracker CreateTracker(KalmanOptions options)
    {
        var estimator = CreateEstimator(options);
        return new BeliefTracker(
            estimator,
            [new VectorSource("joints", [0, 1, 2, 3]), new VectorSource(JointKalmanEstimator.Commanded, estimator.CommandedElements)],
            new BeliefTrackerOptions { History = new BeliefHistoryOptions { ActionDimension = 2 } });
    }

    private static JointKalmanEstimator CreateEstimator(KalmanOptions options) =>
        new(TaskText.Resolve(TaskText.Good), [("joints", [0, 1, 2, 3])], options);

    private static MonotonicTime At(int fine) => MonotonicTime.Zero + TimeSpan.FromSeconds(fine * FineSeconds);

    /// <summary>Squared errors of the belief and of the newest reading, relative to the truth at the tick.</summary>
    private sealed class Errors
    {
        private readonly double[] _estimate = new double[2];
        private readonly double[] _reading = new double[2];
        private readonly double[] _normalized = new double[2];
        private int _count;

        public double PositionRatio => Math.Sqrt(_estimate[0] / _reading[0]);

        public double VelocityRatio => Math.Sqrt(_estimate[1] / _reading[1]);

        public double PositionSquaredNormalized => _normalized[0] / _count;

        public double VelocitySquaredNormalized => _normalized[1] / _count;

        public void Add((double Position, double Velocity) truth, Belief belief, float[] observation, int joint)
        {
            _count++;
            for (var k = 0; k < 2; k++)
            {
                var (element, value) = ((k * JointCount) + joint, k == 0 ? truth.Position : truth.Velocity);
                var squared = Math.Pow(belief.Mean[element] - value, 2);
                _estimate[k] += squared;
                _reading[k] += Math.Pow(observation[element] - value, 2);
                _normalized[k] += squared / Math.Pow(belief.StandardDeviation[element], 2);
            }
        }
    }
}
