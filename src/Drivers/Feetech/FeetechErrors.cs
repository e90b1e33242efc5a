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
