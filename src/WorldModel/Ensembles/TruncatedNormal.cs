using Robotics.Core.Randomness;

namespace Robotics.WorldModel.Ensembles;

/// <summary>
/// A normal distribution whose values beyond two standard deviations are resampled, as tf.truncated_normal does: what is
/// left has 0.88 times the standard deviation. For set-up.
/// </summary>
internal static class TruncatedNormal
{
    /// <summary>Samples <paramref name="count"/> values with mean 0.</summary>
    public static float[] Sample(int count, double std, RandomKey key)
    {
        var stream = key.OpenStream();
        var values = new float[count];
        for (var i = 0; i < count; i++)
        {
            double z;
            do
            {
                z = stream.NextGaussian();
            }
            while (Math.Abs(z) > 2);
            values[i] = (float)(z * std);
        }

        return values;
    }
}
