using Robotics.Core.Numerics;

namespace Robotics.StateEstimation.Kalman;

/// <summary>Order of the derivative that is driven by white noise, and so the state of each axis.</summary>
public enum KinematicOrder
{
    /// <summary>Position and velocity; the acceleration is white noise.</summary>
    ConstantVelocity = 2,

    /// <summary>Position, velocity and acceleration; the jerk is white noise.</summary>
    ConstantAcceleration = 3,
}

/// <summary>
/// Points that move freely: each axis independent, x = (p, v) or (p, v, a), driven by white noise of one spectral density, integrated
/// exactly over the period (Bar-Shalom, Li and Kirubarajan 2001, "Estimation with applications to tracking and navigation", section
/// 6.2). Immutable; safe on the tick path.
/// </summary>
/// <param name="Axes">Number of axes; the state is [axes × order], an axis after the other.</param>
/// <param name="Order">Derivative that is constant but for the noise.</param>
/// <param name="SpectralDensity">Of the noise: m²/s³ with constant velocity, m²/s⁵ with constant acceleration.</param>
public sealed record KinematicMotion(int Axes, KinematicOrder Order, double SpectralDensity) : IMotionModel
{
    /// <inheritdoc/>
    public int StateDimension => Axes * (int)Order;

    /// <inheritdoc/>
    public int ControlDimension => 0;

    /// <summary>A filter's model: positions are seen with the same noise on every axis, however old they are.</summary>
    /// <param name="axes">Number of axes.</param>
    /// <param name="order">Derivative that is constant but for the noise.</param>
    /// <param name="parameters">The two variances to be tuned.</param>
    /// <param name="initialSpread">[order], standard deviations of position, velocity and acceleration before anything was seen.</param>
    /// <param name="sensor">The modality's name.</param>
    public static LinearGaussianModel Model(
        int axes, KinematicOrder order, KinematicParameters parameters, double[] initialSpread, string sensor = "position")
    {
        var (motion, k) = (new KinematicMotion(axes, order, parameters.SpectralDensity), (int)order);
        var powers = new DenseMatrix[k];
        for (var i = 0; i < k; i++)
            powers[i] = new DenseMatrix(axes, motion.StateDimension);
        var spread = new double[motion.StateDimension];
        for (var axis = 0; axis < axes; axis++)
        {
            var factorial = 1.0;
            for (var i = 0; i < k; i++, factorial *= -i)
            {
                powers[i][axis, (axis * k) + i] = 1 / factorial;
                spread[(axis * k) + i] = initialSpread[i] * initialSpread[i];
            }
        }

        return new LinearGaussianModel
        {
            Motion = motion,
            Sensors = [new LinearSensor(sensor, powers[0], DenseMatrix.Identity(axes, parameters.SensorVariance), powers[1..])],
            InitialMean = new double[motion.StateDimension],
            InitialCovariance = DenseMatrix.Diagonal(spread),
        };
    }

    /// <inheritdoc/>
    public void Fill(double periodSeconds, DenseMatrix transition, DenseMatrix control, DenseMatrix noise)
    {
        var (t, k) = (periodSeconds, (int)Order);
        transition.Data.AsSpan().Clear();
        noise.Data.AsSpan().Clear();
        for (var axis = 0; axis < Axes; axis++)
        {
            for (var i = 0; i < k; i++)
            {
                for (var j = 0; j < k; j++)
                {
                    var (row, column) = ((axis * k) + i, (axis * k) + j);
                    if (j >= i)
                        transition[row, column] = Math.Pow(t, j - i) / Factorial(j - i);
                    var (a, b) = (k - 1 - i, k - 1 - j);
                    noise[row, column] = SpectralDensity * Math.Pow(t, a + b + 1) / (Factorial(a) * Factorial(b) * (a + b + 1));
                }
            }
        }
    }

    private static double Factorial(int n) => n < 2 ? 1 : 2;
}

/// <summary>Tuning parameters of a kinematic filter. Immutable.</summary>
/// <param name="SpectralDensity">Of the noise that drives the motion.</param>
/// <param name="SensorVariance">Of a position's noise, in m² or rad².</param>
public sealed record KinematicParameters(double SpectralDensity, double SensorVariance);
