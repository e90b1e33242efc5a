using Robotics.Core.Models;
using Robotics.Core.Randomness;
using Robotics.Core.Spaces;

namespace Robotics.Studies.OutOfDistribution;

/// <summary>
/// One-dimensional system with known noise: x' = x + ½·sin 2x + 0.3·a + σ(x)·ε, σ(x) = 0.05 + 0.05·(x + 3). Data have x in
/// [−3, −1.5] and [1.5, 3] only; the interval between is the out-of-distribution gap. Pure; thread-safe.
/// </summary>
internal static class GapWorld
{
    /// <summary>Minimum |x| of the data, m.</summary>
    public const double Inner = 1.5;

    /// <summary>Maximum |x| of the data, m.</summary>
    public const double Outer = 3;

    /// <summary>Observation space: x, m.</summary>
    public static readonly ObservationSpace Observations = new([new ObservationElement("x", "m", ObservationTreatment.Predict)]);

    /// <summary>Action space: a push.</summary>
    public static readonly ActionSpace Actions = new([new("push", ActionMode.Effort, ActionReference.Absolute, -1, 1)]);

    /// <summary>Standard deviation of the noise, m.</summary>
    public static double Noise(double x) => 0.05 + (0.05 * (x + Outer));

    /// <summary>Mean change of x in a step, m.</summary>
    public static double Change(double x, double action) => (0.5 * Math.Sin(2 * x)) + (0.3 * action);

    /// <summary>Independent transitions, uniform over states with data and over actions.</summary>
    public static TransitionSet Sample(int count, RandomKey key)
    {
        var random = key.OpenStream();
        var (now, action, next) = (new float[count], new float[count], new float[count]);
        for (var i = 0; i < count; i++)
        {
            var x = (i % 2 == 0 ? 1 : -1) * random.NextUniform(Inner, Outer);
            var a = random.NextUniform(-1, 1);
            (now[i], action[i]) = ((float)x, (float)a);
            next[i] = (float)(x + Change(x, a) + (Noise(x) * random.NextGaussian()));
        }

        return new TransitionSet(count, now, action, next);
    }
}
