using Robotics.Core.Randomness;
using Robotics.StateEstimation.Kalman;
using Robotics.Studies.Worlds;
using static TorchSharp.torch;

namespace Robotics.Studies.Amortization;

/// <summary>Data on which direct amortisation performs poorly. Sampled from a key alone; thread-safe.</summary>
public static class AmortizationData
{
    /// <summary>Width and height of the pendulum's images, pixels.</summary>
    public const int Side = 16;

    /// <summary>Dimension of a reading of the non-linear sensor.</summary>
    public const int SensorDimension = 8;

    /// <summary>Standard deviation of the noise of the non-linear sensor.</summary>
    public const double SensorNoise = 0.05;

    /// <summary>
    /// Images of a pendulum, 16×16; in each image an occlusion bar three to six columns wide may hide part of it. [T × B × 256].
    /// </summary>
    public static Tensor Pendulum(int steps, int batch, RandomKey key) => Sample(steps, batch, Side * Side, key, (values, random) =>
    {
        var world = new PendulumWorld();
        var state = new double[2];
        world.SampleInitial(state, ref random);
        for (var t = 0; t < steps; t++)
        {
            world.Propagate(state, new LinearStep(PendulumWorld.PeriodSeconds, null, []), ref random);
            var hidden = random.NextDouble() < 0.5 ? (random.NextInt32(Side - 2), 3 + random.NextInt32(4)) : (Side, 0);
            Paint(values(t), state[0], hidden.Item1, hidden.Item2);
        }
    });

    /// <summary>
    /// A random walk of a point on a plane, measured by eight non-linear channels g · tanh(w·z + b) whose common gain g jumps at random
    /// between 0.3 and 3. [T × B × 8].
    /// </summary>
    public static Tensor GainShifts(int steps, int batch, RandomKey key) => Sample(steps, batch, SensorDimension, key, (values, random) =>
    {
        var (x, y, gain) = (random.NextGaussian(), random.NextGaussian(), 1.0);
        for (var t = 0; t < steps; t++)
        {
            (x, y) = ((0.95 * x) + (0.3 * random.NextGaussian()), (0.95 * y) + (0.3 * random.NextGaussian()));
            if (random.NextDouble() < 0.2)
                gain = 0.3 * Math.Pow(10, random.NextDouble());
            var reading = values(t);
            for (var c = 0; c < SensorDimension; c++)
            {
                var (sin, cos) = Math.SinCos(2 * Math.PI * c / SensorDimension);
                var signal = gain * Math.Tanh((2 * ((cos * x) + (sin * y))) + (0.5 * sin));
                reading[c] = (float)(signal + (SensorNoise * random.NextGaussian()));
            }
        }
    });

    private delegate Span<float> Row(int step);

    private static Tensor Sample(int steps, int batch, int dimension, RandomKey key, Action<Row, RandomStream> fill)
    {
        var all = new float[steps * batch * dimension];
        for (var b = 0; b < batch; b++)
        {
            var sequence = b;
            fill(t => all.AsSpan(((t * batch) + sequence) * dimension, dimension), key.Derive((ulong)b).OpenStream());
        }

        return tensor(all).reshape(steps, batch, dimension);
    }

    private static void Paint(Span<float> image, double angle, int from, int width)
    {
        var (sin, cos) = Math.SinCos(angle);
        var (column, row) = (7.5 + (5.5 * sin), 7.5 + (5.5 * cos));
        for (var i = 0; i < image.Length; i++)
        {
            var (r, c) = (i / Side, i % Side);
            var distance = ((r - row) * (r - row)) + ((c - column) * (c - column));
            image[i] = c >= from && c < from + width ? 0.5f : (float)Math.Exp(-0.5 * distance / 1.2);
        }
    }
}
