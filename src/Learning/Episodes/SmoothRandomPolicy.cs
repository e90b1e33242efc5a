using Robotics.Core.Randomness;
using Robotics.Core.Time;
using Robotics.Runtime.LockStep;

namespace Robotics.Learning.Episodes;

/// <summary>
/// Smooth random actions: every element is a first-order autoregressive process, a_t = ρ·a_{t−1} + √(1 − ρ²)·σ·ε, clamped to
/// [−1, 1], so that an arm covers its workspace instead of trembling. One thread.
/// </summary>
/// <param name="correlation">ρ, 0 (white) to below 1.</param>
/// <param name="std">σ, above 0.</param>
public sealed class SmoothRandomPolicy(double correlation, double std) : IPolicy
{
    private double[] _last = [];

    /// <inheritdoc/>
    public string Name => "smooth-random";

    /// <inheritdoc/>
    public int PlanHorizon => 0;

    /// <inheritdoc/>
    public void Reset() => _last = [];

    /// <inheritdoc/>
    public Decision Decide(ReadOnlySpan<float> observation, MonotonicTime now, RandomKey key, Span<float> action)
    {
        var random = key.OpenStream();
        var starts = _last.Length != action.Length;
        if (starts)
            _last = new double[action.Length];
        var (kept, fresh) = starts ? (0, std) : (correlation, std * Math.Sqrt(1 - (correlation * correlation)));
        for (var i = 0; i < action.Length; i++)
        {
            _last[i] = (kept * _last[i]) + (fresh * random.NextGaussian());
            action[i] = (float)Math.Clamp(_last[i], -1, 1);
        }

        return Decision.NoPrediction;
    }
}
