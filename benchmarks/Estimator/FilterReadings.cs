using Robotics.Core.Beliefs;
using Robotics.Core.Randomness;

namespace Robotics.Benchmarks.Estimator;

/// <summary>Random readings, actions and drop-outs, the same for every estimator of a benchmark. Treat as immutable.</summary>
internal sealed class FilterReadings
{
    private const double ShareMissing = 0.4;
    private readonly float[][][] _values;
    private readonly double[][] _ages;
    private readonly bool[][] _present;
    private readonly float[][] _actions;

    /// <summary>Samples them.</summary>
    /// <param name="count">Period of the sequence, steps.</param>
    /// <param name="modalities">Modalities.</param>
    /// <param name="actions">Action dimension.</param>
    /// <param name="periodSeconds">Sampling period, s.</param>
    /// <param name="key">Random key.</param>
    public FilterReadings(int count, IReadOnlyList<ModalitySpec> modalities, int actions, double periodSeconds, RandomKey key)
    {
        PeriodSeconds = periodSeconds;
        var random = key.OpenStream();
        (_values, _ages, _present, _actions) = (new float[count][][], new double[count][], new bool[count][], new float[count][]);
        for (var i = 0; i < count; i++)
        {
            _values[i] = new float[modalities.Count][];
            (_ages[i], _present[i], _actions[i]) = (new double[modalities.Count], new bool[modalities.Count],
                Sample(actions, ref random, -1));
            for (var m = 0; m < modalities.Count; m++)
            {
                _values[i][m] = Sample(modalities[m].Dimension, ref random, 0);
                (_ages[i][m], _present[i][m]) = (random.NextUniform(0, periodSeconds), random.NextUniform(0, 1) >= ShareMissing);
            }
        }
    }

    /// <summary>Period of the sequence, steps.</summary>
    public int Count => _values.Length;

    /// <summary>Sampling period, s.</summary>
    public double PeriodSeconds { get; }

    /// <summary>The action before a step.</summary>
    public float[] Action(int index) => _actions[index];

    /// <summary>True when a modality has a reading in a step with drop-outs.</summary>
    public bool IsPresent(int index, int modality) => _present[index][modality];

    /// <summary>A new frame with the readings of a step.</summary>
    public ObservationFrame Frame(int index, IReadOnlyList<ModalitySpec> modalities)
    {
        var frame = new ObservationFrame(modalities);
        for (var m = 0; m < modalities.Count; m++)
        {
            _values[index][m].CopyTo(frame[m].Values, 0);
            frame[m].AgeSeconds = _ages[index][m];
        }

        return frame;
    }

    private static float[] Sample(int count, ref RandomStream random, double low)
    {
        var numbers = new float[count];
        for (var i = 0; i < count; i++)
            numbers[i] = (float)random.NextUniform(low, 1);
        return numbers;
    }
}
