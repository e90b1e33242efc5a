using System.Globalization;
using Robotics.Core.Randomness;

namespace Robotics.Configuration.Resets;

/// <summary>A distribution of vectors. Immutable; thread-safe; drawing does not allocate.</summary>
public abstract class VectorDistribution
{
    /// <summary>Vector dimension.</summary>
    public abstract int Dimension { get; }

    /// <summary>[dimension], lower bounds of the samples; −∞ without a bound.</summary>
    public abstract IReadOnlyList<double> Low { get; }

    /// <summary>[dimension], upper bounds of the samples; +∞ without a bound.</summary>
    public abstract IReadOnlyList<double> High { get; }

    /// <summary>Samples one vector.</summary>
    public abstract void Sample(ref RandomStream random, Span<double> into);

    /// <summary>Kind and parameters as text, equal for equal distributions.</summary>
    public abstract override string ToString();

    /// <summary>A vector as text that reads back to the same numbers.</summary>
    private protected static string Text(IEnumerable<double> numbers) =>
        $"[{string.Join(", ", numbers.Select(n => n.ToString("R", CultureInfo.InvariantCulture)))}]";
}

/// <summary>Independent uniform numbers; a fixed value where low equals high.</summary>
public sealed class BoxDistribution(double[] low, double[] high) : VectorDistribution
{
    /// <inheritdoc/>
    public override int Dimension => low.Length;

    /// <inheritdoc/>
    public override IReadOnlyList<double> Low => low;

    /// <inheritdoc/>
    public override IReadOnlyList<double> High => high;

    /// <inheritdoc/>
    public override void Sample(ref RandomStream random, Span<double> into)
    {
        for (var i = 0; i < low.Length; i++)
            into[i] = low[i] == high[i] ? low[i] : random.NextUniform(low[i], high[i]);
    }

    /// <inheritdoc/>
    public override string ToString() => $"box {Text(low)} to {Text(high)}";
}

/// <summary>Independent normal numbers.</summary>
public sealed class NormalDistribution(double[] mean, double[] standardDeviation) : VectorDistribution
{
    /// <inheritdoc/>
    public override int Dimension => mean.Length;

    /// <inheritdoc/>
    public override IReadOnlyList<double> Low { get; } = [.. mean.Select(_ => double.NegativeInfinity)];

    /// <inheritdoc/>
    public override IReadOnlyList<double> High { get; } = [.. mean.Select(_ => double.PositiveInfinity)];

    /// <inheritdoc/>
    public override void Sample(ref RandomStream random, Span<double> into)
    {
        for (var i = 0; i < mean.Length; i++)
            into[i] = mean[i] + (standardDeviation[i] * random.NextGaussian());
    }

    /// <inheritdoc/>
    public override string ToString() => $"normal, mean {Text(mean)}, sd {Text(standardDeviation)}";
}

/// <summary>Uniform over the space between two spheres; a ball when the inner radius is 0.</summary>
public sealed class ShellDistribution(double[] centre, double innerRadius, double outerRadius) : VectorDistribution
{
    /// <inheritdoc/>
    public override int Dimension => centre.Length;

    /// <inheritdoc/>
    public override IReadOnlyList<double> Low { get; } = [.. centre.Select(c => c - outerRadius)];

    /// <inheritdoc/>
    public override IReadOnlyList<double> High { get; } = [.. centre.Select(c => c + outerRadius)];

    /// <inheritdoc/>
    public override void Sample(ref RandomStream random, Span<double> into)
    {
        // A normal vector has no preferred direction; the cube root makes the volume, not the radius, uniform.
        var n = centre.Length;
        var squared = 0.0;
        for (var i = 0; i < n; i++)
        {
            into[i] = random.NextGaussian();
            squared += into[i] * into[i];
        }

        var volume = random.NextUniform(Math.Pow(innerRadius, n), Math.Pow(outerRadius, n));
        var scale = Math.Pow(volume, 1.0 / n) / Math.Sqrt(squared);
        for (var i = 0; i < n; i++)
            into[i] = centre[i] + (into[i] * scale);
    }

    /// <inheritdoc/>
    public override string ToString() => $"shell, centre {Text(centre)}, radii {Text([innerRadius, outerRadius])}";
}
