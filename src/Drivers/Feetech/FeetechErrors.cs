namespace Robotics.Drivers.Feetech;

/// <summary>Error bits of a status frame and of register 65. They describe the servo's state: the data beside them is good.</summary>
[Flags]
internal enum FeetechErrors
{
    None = 0,
    Voltage = 1,
    Sensor = 2,
    Temperature = 4,
    Current = 8,
    Angle = 16,
    Overload = 32,
}

/// <summary>Words for error bits.</summary>
internal static class FeetechErrorText
{
    /// <summary>The errors in words, for messages.</summary>
    public static string Describe(FeetechErrors errors)
    {
        string[] words =
        [
            .. Enum.GetValues<FeetechErrors>().Where(e => e != FeetechErrors.None && (errors & e) != 0).Select(e => e switch
            {
                FeetechErrors.Voltage => "input voltage",
                FeetechErrors.Sensor => "position sensor",
                FeetechErrors.Temperature => "temperature",
                FeetechErrors.Current => "current",
                FeetechErrors.Angle => "angle",
                _ => "overload",
            }),
        ];
        return words.Length == 0 ? "no error" : string.Join(", ", words);
    }
}
