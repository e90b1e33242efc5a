using System.Xml.Linq;

namespace Robotics.Drivers.Simulation.Mujoco;

/// <summary>
/// Words of newer MuJoCo releases for which an older one has an exact equivalent, or the nearest one: leaving them out would change
/// how the robot moves. For set-up.
/// </summary>
internal static class NewerWords
{
    /// <summary>Replacement to write in the word's place; null when none is known.</summary>
    /// <param name="words">MuJoCo's words.</param>
    /// <param name="element">The element in which the word stands; or null.</param>
    public static string? Replacement(string words, XElement? element)
    {
        if (words.Contains("'implicitfast'", StringComparison.Ordinal))
        {
            return "this MuJoCo knows integrator=\"implicit\", which is as stable and only slower; write that. Without it the default, "
                + "Euler, can fail where joints are light and servos stiff";
        }

        return words.Contains("'kv'", StringComparison.Ordinal) && element?.Name.LocalName == "position"
            ? ServoWithDamping(element)
            : null;
    }

    // A servo of newer releases is a general actuator of older ones: force = kp · (control − position) − kv · velocity.
    private static string ServoWithDamping(XElement position)
    {
        var (kp, kv) = (position.Attribute("kp")?.Value ?? "KP", position.Attribute("kv")?.Value ?? "KV");
        var ofDefault = position.Ancestors("default").Any() ? "; the actuators of this class become <general> too" : "";
        return "this MuJoCo has no kv; write "
            + $"<general gaintype=\"fixed\" gainprm=\"{kp}\" biastype=\"affine\" biasprm=\"0 -{kp} -{kv}\"/> "
            + $"in place of <position kp kv>, which is the same servo, and keep the other attributes{ofDefault}. "
            + "Leaving kv out would lose its damping";
    }
}
