namespace Robotics.Drivers.Dynamixel;

/// <summary>Models of the X series whose number is known. Immutable.</summary>
/// <param name="Name">Name in robot files.</param>
/// <param name="Number">Contents of register 0.</param>
/// <param name="CurrentUnit">One unit of current, A; NaN for a model that controls no current.</param>
/// <param name="MaximumCurrent">Highest value of its current limit; 0 for a model that controls no current.</param>
internal sealed record DynamixelModel(string Name, int Number, double CurrentUnit, int MaximumCurrent)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<DynamixelModel> All { get; } =
    [
        new("xl330-m077", 1190, 0.001, 1750),
        new("xl330-m288", 1200, 0.001, 1750),
        new("xl430-w250", 1060, double.NaN, 0),
        new("xm430-w350", 1020, 0.00269, 1193),
        new("xm430-w210", 1030, 0.00269, 1193),
        new("xm540-w270", 1120, 0.00269, 2047),
        new("xm540-w150", 1130, 0.00269, 2047),
    ];

    /// <summary>The model of a number, for messages.</summary>
    public static string NameOf(int number) =>
        All.FirstOrDefault(m => m.Number == number) is { } model
            ? $"{model.Name} (model number {number})"
            : $"unknown model (number {number})";
}
