using System.Globalization;
using Robotics.Configuration.Binding;
using Robotics.Configuration.Yaml;

namespace Robotics.Configuration.Tasks;

/// <summary>Reads the control rate and what divides its period, and checks that all are whole numbers of physics steps.</summary>
internal static class TaskRates
{
    /// <summary>A rate that is nearer than this, relatively, to a whole number of physics steps is taken for it.</summary>
    private const double Tolerance = 1e-3;

    // Beyond rounding, the simulated rate differs from the file's; the user is warned.
    private const double Rounding = 1e-6;

    public static (double RateHz, int Steps) Resolve(SectionReader section, double timestep, ErrorList errors, List<string> warnings)
    {
        var rate = section.RequireNumber("control_rate_hz", 1e-3, 1e4);
        var steps = section.Integer("physics_steps_per_control", 1);
        if (rate is not { } hz)
            return (0, 0);
        var exact = 1 / (hz * timestep);
        if (steps is not { } given)
        {
            var nearest = Math.Max(1, (int)Math.Round(exact));
            if (Math.Abs(exact - nearest) > Tolerance * exact)
            {
                errors.Add(
                    section.Find("control_rate_hz")!,
                    Text($"{hz} Hz is {exact:0.###} physics steps of {timestep} s; ")
                    + Text($"nearest with whole steps: {1 / (nearest * timestep):0.######} Hz"));
            }

            return (Simulated(section, hz, nearest, timestep, warnings), nearest);
        }

        if (Math.Abs(exact - given) > Tolerance * exact)
        {
            errors.Add(
                section.Find("physics_steps_per_control")!,
                Text($"{given} physics steps of {timestep} s give {1 / (given * timestep):0.######} Hz, but 'control_rate_hz' is {hz}"));
        }

        return (Simulated(section, hz, given, timestep, warnings), given);
    }

    private static double Simulated(SectionReader section, double hz, int steps, double timestep, List<string> warnings)
    {
        var simulated = 1 / (steps * timestep);
        if (Math.Abs((simulated / hz) - 1) is <= Rounding or > Tolerance)
            return hz;
        var at = section.Find("control_rate_hz")!.Location;
        warnings.Add(Text($"{at}: {hz} Hz is taken as {simulated:0.######} Hz, {steps} physics steps of {timestep} s"));
        return simulated;
    }

    /// <summary>Parts of a control period whose rewards add up: a whole number of physics steps each.</summary>
    public static int ResolveRepeat(SectionReader section, int physicsSteps, ErrorList errors)
    {
        var repeat = section.Integer("action_repeat", 1) ?? 1;
        if (physicsSteps > 0 && physicsSteps % repeat != 0)
            errors.Add(
                section.Find("action_repeat")!,
                $"an action lasts {physicsSteps} physics steps, which cannot be divided into {repeat} equal parts; "
                + $"give a divisor of {physicsSteps}");
        return repeat;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
