namespace Robotics.Core.Links;

/// <summary>Limits of the motors' condition. Immutable.</summary>
public sealed record HealthLimits
{
    /// <summary>
    /// [joints], temperature at which speed is halved, °C; a warning comes 5 °C below, the robot holds 5 °C above. Default: none.
    /// </summary>
    public double[]? Temperature { get; init; }

    /// <summary>Lowest supply voltage, V; below it the robot holds. Default: none.</summary>
    public double MinimumVoltage { get; init; } = double.NegativeInfinity;

    /// <summary>Highest supply voltage, V; above it the robot holds. Default: none.</summary>
    public double MaximumVoltage { get; init; } = double.PositiveInfinity;

    /// <summary>[joints], current that may flow for <see cref="CurrentSeconds"/>, A; then the robot holds. Default: none.</summary>
    public double[]? Current { get; init; }

    /// <summary>Time for which a current above the limit is allowed, s. Default: 1.</summary>
    public double CurrentSeconds { get; init; } = 1;
}

/// <summary>Speed factor and cause that a motor's condition demands. Immutable.</summary>
/// <param name="Scale">Factor on the maximum speed: 1, 0.5 or 0.</param>
/// <param name="Cause">Cause when the factor is below 1 or a warning is due.</param>
/// <param name="IsWarning">True when a warning is due.</param>
/// <param name="Joint">Index of the joint; −1 when all is well.</param>
/// <param name="Value">The value, in the unit of the cause.</param>
/// <param name="Limit">The limit.</param>
internal readonly record struct HealthVerdict(
    double Scale, SafetyCause Cause, bool IsWarning, int Joint, double Value, double Limit)
{
    public static HealthVerdict Good { get; } = new(1, SafetyCause.Command, false, -1, double.NaN, double.NaN);
}

/// <summary>Judges the motors' condition. Used by one thread; does not allocate after construction; safe on the tick path.</summary>
internal sealed class HealthMonitor(HealthLimits limits, int joints)
{
    private const double Band = 5;
    private readonly double[] _overSince = Unset(joints);

    /// <summary>The worst verdict over all joints.</summary>
    public HealthVerdict Judge(DeviceHealth health)
    {
        var worst = HealthVerdict.Good;
        for (var i = 0; i < joints; i++)
        {
            worst = Worse(worst, Temperature(health, i));
            worst = Worse(worst, Voltage(health, i));
            worst = Worse(worst, Current(health, i));
        }

        return worst;
    }

    private static HealthVerdict Worse(HealthVerdict a, HealthVerdict b) =>
        b.Scale < a.Scale || (b.Scale == a.Scale && b.IsWarning && !a.IsWarning) ? b : a;

    private static double[] Unset(int joints)
    {
        var times = new double[joints];
        Array.Fill(times, double.NaN);
        return times;
    }

    private HealthVerdict Temperature(DeviceHealth health, int joint)
    {
        if (limits.Temperature is not { } all)
            return HealthVerdict.Good;
        var (value, limit) = (health.Temperatures[joint], all[joint]);
        if (!(value >= limit - Band))
            return HealthVerdict.Good;
        var scale = value >= limit + Band ? 0 : value >= limit ? 0.5 : 1;
        return new HealthVerdict(scale, SafetyCause.Temperature, true, joint, value, limit);
    }

    private HealthVerdict Voltage(DeviceHealth health, int joint)
    {
        var value = health.Voltages[joint];
        if (value < limits.MinimumVoltage)
            return new HealthVerdict(0, SafetyCause.Voltage, true, joint, value, limits.MinimumVoltage);
        return value > limits.MaximumVoltage
            ? new HealthVerdict(0, SafetyCause.Voltage, true, joint, value, limits.MaximumVoltage)
            : HealthVerdict.Good;
    }

    private HealthVerdict Current(DeviceHealth health, int joint)
    {
        if (limits.Current is not { } all || !(Math.Abs(health.Currents[joint]) > all[joint]))
        {
            _overSince[joint] = double.NaN;
            return HealthVerdict.Good;
        }

        if (double.IsNaN(_overSince[joint]))
            _overSince[joint] = health.At.Seconds;
        var scale = health.At.Seconds - _overSince[joint] >= limits.CurrentSeconds ? 0 : 1;
        return new HealthVerdict(scale, SafetyCause.Current, true, joint, Math.Abs(health.Currents[joint]), all[joint]);
    }
}
