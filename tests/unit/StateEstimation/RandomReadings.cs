using Robotics.Core.Beliefs;
using Robotics.Core.Randomness;

namespace Robotics.Tests.Unit.StateEstimation;

/// <summary>Estimators of four actions under random readings, the same at every call.</summary>
internal static class RandomReadings
{
    public const double Period = 0.05;

    /// <summary>Means and stds of the beliefs over random steps in which modalities are missing.</summary>
    public static List<float[]> Filter(IStateEstimator estimator, int steps)
    {
        var (belief, frame, beliefs) = (estimator.CreateBelief(), new ObservationFrame(estimator.Modalities), new List<float[]>());
        var random = RandomKey.FromSeed(2).OpenStream();
        estimator.Reset(belief);
        for (var t = 0; t < steps; t++)
        {
            var action = new float[4];
            Fill(action, ref random, -1);
            estimator.Predict(belief, action, Period, belief);
            Fill(frame, ref random, share: t == 0 ? 1 : 0.6);
            for (var m = 0; m < frame.Readings.Length; m++)
            {
                if (frame[m].IsNew)
                    estimator.Embed(frame[m], m);
            }

            estimator.Correct(belief, frame, belief);
            beliefs.AddRange([[.. belief.Mean], [.. belief.StandardDeviation]]);
        }

        return beliefs;
    }

    /// <summary>Bytes that some steps with everything observed allocate once they are warm.</summary>
    public static long AllocatedByStepsOf(IStateEstimator estimator)
    {
        var (belief, frame, action) = (estimator.CreateBelief(), new ObservationFrame(estimator.Modalities), new float[4]);
        var random = RandomKey.FromSeed(3).OpenStream();
        Fill(frame, ref random, share: 1);
        estimator.Reset(belief);
        return LeastAllocation.From(() =>
        {
            for (var i = 0; i < 5; i++)
            {
                estimator.Predict(belief, action, Period, belief);
                for (var m = 0; m < frame.Readings.Length; m++)
                    estimator.Embed(frame[m], m);
                estimator.Correct(belief, frame, belief);
            }
        });
    }

    /// <summary>Readings that come with some probability: vectors from −2 to 1, images from 0 to 1.</summary>
    public static void Fill(ObservationFrame frame, ref RandomStream random, double share)
    {
        foreach (var reading in frame.Readings)
        {
            (reading.IsNew, reading.AgeSeconds) = (random.NextUniform(0, 1) < share, random.NextUniform(0, Period));
            Fill(reading.Values, ref random, reading.Spec.Dimension < 10 ? -2 : 0);
        }
    }

    public static void Fill(float[] values, ref RandomStream random, double low)
    {
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)random.NextUniform(low, 1);
    }

    /// <summary>The largest difference as a share of the largest number.</summary>
    public static double Distance(float[] expected, float[] found) =>
        expected.Zip(found, (e, f) => Math.Abs((double)e - f)).Max() / expected.Max(Math.Abs);
}
