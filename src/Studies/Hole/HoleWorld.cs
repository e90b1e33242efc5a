using Robotics.Core.Models;
using Robotics.Core.Randomness;
using Robotics.Core.Spaces;

namespace Robotics.Studies.Hole;

/// <summary>
/// A world of one number and one action whose noise is known: x' = x + ½·sin 2x + 0.3·a + σ(x)·ε, σ(x) = 0.05 + 0.05·(x + 3).
/// Experience has x in [−3, −1.5] and [1.5, 3] only; between is a hole of which nothing is known. Pure; thread-safe.
/// </summary>
internal static class HoleWorld
{
    /// <summary>Where experience begins, seen from 0.</summary>
    public const double Inner = 1.5;

    /// <summary>Where it ends.</summary>
    public const double Outer = 3;

    /// <summary>The state.</summary>
    public static readonly ObservationSpace Observations = new([new ObservationElement("x", "m", ObservationTreatment.Predict)]);

    /// <summary>The action.</summary>
    public static readonly ActionSpace Actions = new([new("push", ActionMode.Effort, ActionReference.Absolute, -1, 1)]);

    /// <summary>The noise's standard deviation.</summary>
    public static double Noise(double x) => 0.05 + (0.05 * (x + Outer));

    /// <summary>The mean change of x.</summary>
    public static double Change(double x, double action) => (0.5 * Math.Sin(2 * x)) + (0.3 * action);

    /// <summary>Independent transitions, evenly over states with data and all actions.</summary>
    public static TransitionSet Draw(int count, RandomKey key)
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
