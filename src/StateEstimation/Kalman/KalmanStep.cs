using Robotics.Core.Numerics;

namespace Robotics.StateEstimation.Kalman;

/// <summary>
/// The two steps of Kalman's filter (Kalman 1960) on a full covariance. Sensors are taken one after the other, which is exact
/// because their noises are independent; the covariance is corrected in Joseph's form, (I − KH) P (I − KH)ᵀ + K R Kᵀ, which stays
/// symmetric and positive. Used by one thread; does not allocate after construction; safe on the tick path.
/// </summary>
public sealed class KalmanStep
{
    private readonly LinearGaussianModel _model;
    private readonly DenseMatrix _transition;
    private readonly DenseMatrix _control;
    private readonly DenseMatrix _noise;
    private readonly DenseMatrix _square;
    private readonly DenseMatrix _factor;
    private readonly double[] _vector;
    private readonly SensorScratch[] _sensors;

    /// <summary>Creates the scratch memory for a model.</summary>
    public KalmanStep(LinearGaussianModel model)
    {
        var n = model.Motion.StateDimension;
        _model = model;
        (_transition, _noise, _square, _factor) = (new(n, n), new(n, n), new(n, n), new(n, n));
        _control = new DenseMatrix(n, model.Motion.ControlDimension);
        _vector = new double[n];
        _sensors = [.. model.Sensors.Select(s => new SensorScratch(s, n))];
    }

    /// <summary>F of the last prediction.</summary>
    public DenseMatrix Transition => _transition;

    /// <summary>x ← F x + B u; P ← F P Fᵀ + Q.</summary>
    /// <param name="periodSeconds">Length of the step.</param>
    /// <param name="control">[m]; empty for none.</param>
    /// <param name="state">Changed in place.</param>
    public void Predict(double periodSeconds, ReadOnlySpan<double> control, GaussianState state)
    {
        _model.Motion.Fill(periodSeconds, _transition, _control, _noise);
        _transition.Apply(state.Mean, _vector);
        for (var i = 0; i < _vector.Length; i++)
        {
            for (var j = 0; j < control.Length; j++)
                _vector[i] += _control[i, j] * control[j];
        }

        _vector.CopyTo(state.Mean, 0);
        _square.SetProduct(_transition, state.Covariance);
        state.Covariance.SetProductTransposed(_square, _transition);
        state.Covariance.Add(_noise);
        state.Covariance.Symmetrize();
    }

    /// <summary>Corrects by one sensor.</summary>
    /// <param name="sensor">Which.</param>
    /// <param name="reading">[p]; a reading that is not finite is as good as none.</param>
    /// <param name="ageSeconds">Time since it was captured.</param>
    /// <param name="state">Changed in place.</param>
    /// <returns>ln p(reading | everything before); 0 when the reading was not used.</returns>
    public double Correct(int sensor, ReadOnlySpan<double> reading, double ageSeconds, GaussianState state)
    {
        var s = _sensors[sensor];
        foreach (var value in reading)
        {
            if (!double.IsFinite(value))
                return 0;
        }

        s.Prepare(ageSeconds, state);
        if (!s.Innovation.TryFactorise(s.InnovationCovariance))
            return 0;
        var logLikelihood = s.LogLikelihood(reading, state);
        s.SetGain();
        for (var i = 0; i < state.Mean.Length; i++)
        {
            for (var j = 0; j < reading.Length; j++)
                state.Mean[i] += s.Gain[i, j] * s.Residual[j];
        }

        Joseph(s, state.Covariance);
        return logLikelihood;
    }

    private void Joseph(SensorScratch s, DenseMatrix covariance)
    {
        _factor.SetProduct(s.Gain, s.Observation);
        for (var i = 0; i < _factor.Data.Length; i++)
            _factor.Data[i] = -_factor.Data[i];
        for (var i = 0; i < _factor.Rows; i++)
            _factor[i, i] += 1;
        _square.SetProduct(_factor, covariance);
        covariance.SetProductTransposed(_square, _factor);
        s.GainNoise.SetProduct(s.Gain, s.Sensor.Noise);
        _square.SetProductTransposed(s.GainNoise, s.Gain);
        covariance.Add(_square);
        covariance.Symmetrize();
    }

    private sealed class SensorScratch(LinearSensor sensor, int n)
    {
        private readonly int _p = sensor.Observation.Rows;
        private readonly double[] _whitened = new double[sensor.Observation.Rows];

        public LinearSensor Sensor => sensor;

        public DenseMatrix Observation { get; } = new(sensor.Observation.Rows, n);

        public DenseMatrix Cross { get; } = new(n, sensor.Observation.Rows);

        public DenseMatrix Gain { get; } = new(n, sensor.Observation.Rows);

        public DenseMatrix GainNoise { get; } = new(n, sensor.Observation.Rows);

        public DenseMatrix InnovationCovariance { get; } = new(sensor.Observation.Rows, sensor.Observation.Rows);

        public Cholesky Innovation { get; } = new(sensor.Observation.Rows);

        public double[] Residual { get; } = new double[sensor.Observation.Rows];

        public void Prepare(double age, GaussianState state)
        {
            sensor.Observation.Data.CopyTo(Observation.Data, 0);
            var power = age;
            for (var k = 0; k < sensor.ByAge.Count; k++, power *= age)
                Observation.Add(sensor.ByAge[k], power);
            Cross.SetProductTransposed(state.Covariance, Observation);
            InnovationCovariance.SetProduct(Observation, Cross);
            InnovationCovariance.Add(sensor.Noise);
        }

        public double LogLikelihood(ReadOnlySpan<double> reading, GaussianState state)
        {
            Observation.Apply(state.Mean, Residual);
            for (var j = 0; j < _p; j++)
                Residual[j] = reading[j] - Residual[j];
            Residual.CopyTo(_whitened, 0);
            Innovation.SolveLower(_whitened);
            var sum = Innovation.LogDeterminant + (_p * Math.Log(2 * Math.PI));
            foreach (var w in _whitened)
                sum += w * w;
            return -0.5 * sum;
        }

        public void SetGain()
        {
            Cross.Data.CopyTo(Gain.Data, 0);
            for (var r = 0; r < n; r++)
                Innovation.Solve(Gain.Data.AsSpan(r * _p, _p));
        }
    }
}
