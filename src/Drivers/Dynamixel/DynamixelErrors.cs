namespace Robotics.Drivers.Dynamixel;

/// <summary>Errors that a servo reports of itself.</summary>
internal static class DynamixelErrors
{
    /// <summary>Bit of a status's error byte: the hardware error status is not 0.</summary>
    public const int Alert = 0x80;

    /// <summary>The hardware error status in words, for messages.</summary>
    public static string Describe(int bits)
    {
        (int Bit, string Word)[] words =
        [
            (0x01, "input voltage"), (0x04, "overheating"), (0x08, "motor encoder"), (0x10, "electrical shock"), (0x20, "overload"),
        ];
        return string.Join(", ", words.Where(w => (bits & w.Bit) != 0).Select(w => w.Word).DefaultIfEmpty($"bits {bits:X2}"));
    }
}
