namespace Robotics.Drivers.Feetech;

/// <summary>Models whose number is known. Immutable.</summary>
/// <param name="Name">Name in robot files.</param>
/// <param name="Number">Contents of register 3.</param>
/// <param name="Family">Family of its control table.</param>
internal sealed record FeetechModel(string Name, int Number, FeetechFamily Family)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<FeetechModel> All { get; } =
    [
        new("sts3215", 777, FeetechFamily.Sts),
        new("sts3250", 2825, FeetechFamily.Sts),
        new("sm8512bl", 11272, FeetechFamily.Sts),
        new("scs0009", 1284, FeetechFamily.Scs),
    ];

    /// <summary>The model of a number, for messages.</summary>
    public static string NameOf(int number) =>
        All.FirstOrDefault(m => m.Number == number) is { } model
            ? $"{model.Name} (model number {number})"
            : $"unknown model (number {number})";
}
