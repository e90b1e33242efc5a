using Robotics.Core.Errors;

namespace Robotics.Drivers.Serial;

/// <summary>One sentence for each way in which a serial port cannot be opened.</summary>
internal static class SerialFailures
{
    /// <summary>The error of opening <paramref name="path"/>.</summary>
    /// <param name="path">Device file.</param>
    /// <param name="error">The C library's errno.</param>
    public static UserErrorException Opening(string path, int error) => error switch
    {
        SerialNative.NoEntry or SerialNative.NoSuchAddress or SerialNative.NoDevice => new(
            $"there is no serial port {path}: plug the adapter in, or correct 'port' (ls -l /dev/serial/by-id lists the ports)."),
        SerialNative.AccessDenied => new(
            $"this user may not open the serial port {path}: join the group 'dialout' (sudo usermod -aG dialout $USER) and log in again."),
        SerialNative.Busy or SerialNative.TryAgain => new(
            $"the serial port {path} is in use by another program: close it (fuser {path} shows its process number) and try again."),
        _ => new($"the serial port {path} cannot be opened (error {error} of the system): unplug the adapter, plug it in and try again."),
    };

    /// <summary>The path is no terminal.</summary>
    public static UserErrorException NoTerminal(string path) =>
        new($"{path} is not a serial port: correct 'port' (ls -l /dev/serial/by-id lists the ports that there are).");

    /// <summary>The driver of the port does not know the rate.</summary>
    public static UserErrorException Rate(string path, int baudRate, uint actual) =>
        new($"the serial port {path} cannot do {baudRate} baud (it offers {actual}): correct 'baud_rate', or use another adapter.");
}
