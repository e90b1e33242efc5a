using Robotics.Core.Randomness;

namespace Robotics.Controller.Planning;

/// <summary>
/// The cross-entropy method as PETS uses it (Chua et al. 2018, "Deep reinforcement learning in a handful of trials using
/// probabilistic dynamics models", section 5 and the authors' <c>cem.py</c>): a normal distribution truncated at two standard
/// stds, its variance constrained so that samples stay in bounds, fitted to the elites with smoothing α, until the largest
/// variance is below ε; the mean is executed and, shifted with zeros at its end, starts the next decision. Differs: sequences
/// that are not finite are never elites, and the fit is to fewer when fewer are finite.
/// </summary>
internal class CemSearch(PlannerOptions options, int actionDimension) : SearchStrategy(options, actionDimension)
{
    private readonly float[] _std = new float[options.Horizon * actionDimension];

    public override int EliteCount => Options.Elites;

    public override bool HasConverged => MaximumVariance <= Options.Epsilon;

    public override ReadOnlySpan<float> Solution => Mean;

    /// <summary>μ, [horizon × action].</summary>
    protected float[] Mean { get; } = new float[options.Horizon * actionDimension];

    /// <summary>σ², [horizon × action].</summary>
    protected float[] Variance { get; } = new float[options.Horizon * actionDimension];

    private float MaximumVariance { get; set; }

    public override int LeastPopulation(int wanted) => Math.Min(wanted, 2 * Options.Elites);

    public override void Reset() => Mean.AsSpan().Clear();

    public override void Shift(int steps) => ShiftSequence(Mean, steps, repeatLast: false);

    public override void Begin(int iterations)
    {
        base.Begin(iterations);
        MaximumVariance = (float)(Options.InitialSigma * Options.InitialSigma);
        Variance.AsSpan().Fill(MaximumVariance);
    }

    public override void Sample(int iteration, CandidateSet candidates, ref RandomStream random)
    {
        for (var j = 0; j < Length; j++)
            _std[j] = MathF.Sqrt(ConstrainedVariance(Mean[j], Variance[j]));
        for (var n = 0; n < candidates.Count; n++)
        {
            var sequence = candidates.Sequence(n);
            for (var j = 0; j < sequence.Length; j++)
                sequence[j] = Math.Clamp(Mean[j] + (_std[j] * NormalQuantile.WithinTwoSigma(random.NextUInt32())), -1, 1);
        }
    }

    protected override void Update(CandidateSet candidates)
    {
        FitToElites(candidates);
        float returns = 0, disagreement = 0;
        foreach (var n in candidates.Elites)
        {
            returns += candidates.Rollouts.Returns[n];
            disagreement += candidates.Rollouts.Disagreement[n];
        }

        ExpectedReturn = returns / candidates.EliteCount;
        ExpectedDisagreement = disagreement / candidates.EliteCount;
    }

    /// <summary>min(((μ − lb)/2)², ((ub − μ)/2)², σ²) with bounds −1 and 1: two standard deviations stay within the bounds.</summary>
    internal static float ConstrainedVariance(float mean, float variance)
    {
        var (low, high) = ((mean + 1) / 2, (1 - mean) / 2);
        return Math.Min(Math.Min(low * low, high * high), variance);
    }

    /// <summary>μ ← αμ + (1 − α)·mean of elites; σ² likewise with their population variance.</summary>
    protected void FitToElites(CandidateSet candidates)
    {
        var alpha = (float)Options.Alpha;
        var count = candidates.EliteCount;
        MaximumVariance = 0;
        for (var j = 0; j < Length; j++)
        {
            float sum = 0, squares = 0;
            foreach (var n in candidates.Elites)
                sum += candidates.Actions[(n * Length) + j];
            var eliteMean = sum / count;
            foreach (var n in candidates.Elites)
            {
                var d = candidates.Actions[(n * Length) + j] - eliteMean;
                squares += d * d;
            }

            Mean[j] = (alpha * Mean[j]) + ((1 - alpha) * eliteMean);
            Variance[j] = (alpha * Variance[j]) + ((1 - alpha) * squares / count);
            MaximumVariance = Math.Max(MaximumVariance, Variance[j]);
        }
    }
}
