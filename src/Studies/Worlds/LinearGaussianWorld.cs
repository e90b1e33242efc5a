using Robotics.Core.Numerics;
using Robotics.Core.Randomness;
using Robotics.StateEstimation.Kalman;

namespace Robotics.Studies.Worlds;

/// <summary>A sequence with its true states. Immutable.</summary>
/// <param name="States">True state, [n] for each step.</param>
/// <param name="Steps">Controls and readings.</param>
public sealed record RecordedSequence(IReadOnlyList<double[]> States, IReadOnlyList<LinearStep> Steps);

/// <summary>Samples sequences of a linear-Gaussian model, whose exact posterior is known. Not thread-safe; offline.</summary>
/// <param name="model">The model.</param>
/// <param name="periodSeconds">Time between steps, s.</param>
public sealed class LinearGaussianWorld(LinearGaussianModel model, double periodSeconds = 1)
{
    private readonly IReadOnlyList<Cholesky> _sensorNoise = [.. model.Sensors.Select(s => Cholesky.From(s.Noise))];

    /// <summary>The model.</summary>
    public LinearGaussianModel Model => model;

    /// <summary>A lightly damped, driven oscillator whose position is measured; its initial covariance is stationary.</summary>
    public static LinearGaussianModel Oscillator(double sensorVariance = 0.5)
    {
        var (angle, decay) = (0.4, 0.95);
        var (sin, cos) = Math.SinCos(angle);
        var transition = new DenseMatrix(new[,] { { decay * cos, decay * sin }, { -decay * sin, decay * cos } });
        var noise = new DenseMatrix(new[,] { { 0.10, 0.06 }, { 0.06, 0.20 } });
        var covariance = noise.Clone();
        for (var i = 0; i < 500; i++)
            covariance = (transition * covariance * transition.Transposed()) + noise;
        return new LinearGaussianModel
        {
            Motion = new DiscreteMotion(transition, new DenseMatrix(new[,] { { 0.0 }, { 0.3 } }), noise),
            Sensors = [new LinearSensor("position", new DenseMatrix(new[,] { { 1.0, 0.0 } }), DenseMatrix.Identity(1, sensorVariance))],
            InitialMean = [0, 0],
            InitialCovariance = covariance,
        };
    }

    /// <summary>Samples a sequence.</summary>
    /// <param name="steps">Its length.</param>
    /// <param name="key">Its randomness.</param>
    /// <param name="missing">Share of readings that are missing.</param>
    /// <param name="controlStd">Std of the controls.</param>
    public RecordedSequence Sample(int steps, RandomKey key, double missing = 0, double controlStd = 0)
    {
        var random = key.OpenStream();
        var (n, m) = (model.Motion.StateDimension, model.Motion.ControlDimension);
        var (f, b, q) = (new DenseMatrix(n, n), new DenseMatrix(n, m), new DenseMatrix(n, n));
        model.Motion.Fill(periodSeconds, f, b, q);
        var (initial, process) = (Cholesky.From(model.InitialCovariance), Cholesky.From(q));
        var state = Noisy(model.InitialMean, initial, ref random);
        var (states, records) = (new List<double[]>(), new List<LinearStep>());
        for (var t = 0; t < steps; t++)
        {
            var control = new double[m];
            for (var i = 0; i < m; i++)
                control[i] = controlStd * random.NextGaussian();
            if (t > 0)
                state = Noisy([.. (f * state).Zip(b * control, (x, y) => x + y)], process, ref random);
            states.Add(state);
            records.Add(new LinearStep(periodSeconds, control, See(state, missing, ref random)));
        }

        return new RecordedSequence(states, records);
    }

    private double[]?[] See(double[] state, double missing, ref RandomStream random)
    {
        var readings = new double[]?[model.Sensors.Count];
        for (var s = 0; s < readings.Length; s++)
        {
            var reading = Noisy(model.Sensors[s].Observation * state, _sensorNoise[s], ref random);
            readings[s] = random.NextDouble() < missing ? null : reading;
        }

        return readings;
    }

    private static double[] Noisy(double[] mean, Cholesky factor, ref RandomStream random)
    {
        double[] result = [.. mean];
        for (var c = 0; c < mean.Length; c++)
        {
            var noise = random.NextGaussian();
            for (var r = c; r < mean.Length; r++)
                result[r] += factor.Factor[r, c] * noise;
        }

        return result;
    }
}
