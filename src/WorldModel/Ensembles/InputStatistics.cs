namespace Robotics.WorldModel.Ensembles;

/// <summary>
/// The mean and the std of each input over all experience (TensorStandardScaler.py of the authors' code): the population's
/// standard deviation, and 1 for an input that never changes.
/// </summary>
/// <param name="Mean">[input].</param>
/// <param name="StandardDeviation">[input], positive.</param>
internal sealed record InputStatistics(float[] Mean, float[] StandardDeviation)
{
    private const double Constant = 1e-12;

    /// <summary>Measures rows of [count × dimension].</summary>
    public static InputStatistics From(ReadOnlySpan<float> rows, int dimension)
    {
        var count = rows.Length / dimension;
        var mean = new float[dimension];
        var std = new float[dimension];
        for (var j = 0; j < dimension; j++)
        {
            var sum = 0.0;
            for (var i = 0; i < count; i++)
                sum += rows[(i * dimension) + j];
            var centre = sum / count;
            var squares = 0.0;
            for (var i = 0; i < count; i++)
                squares += Math.Pow(rows[(i * dimension) + j] - centre, 2);
            var scale = Math.Sqrt(squares / count);
            mean[j] = (float)centre;
            std[j] = scale < Constant ? 1 : (float)scale;
        }

        return new InputStatistics(mean, std);
    }
}
