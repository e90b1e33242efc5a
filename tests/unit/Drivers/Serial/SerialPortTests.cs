using Robotics.Core.Errors;
using Robotics.Core.Time;
using Robotics.Drivers.Serial;
using Robotics.Testing;
using Robotics.Testing.Emulation;

namespace Robotics.Tests.Unit.Drivers.Serial;

public class SerialPortTests
{
    private static readonly SystemClock Clock = new();

    [Theory]
    [InlineData(1_000_000)]
    [InlineData(115_200)]
    [InlineData(128_000)]
    public void Open_StandardOrCustomRate_SetsItAndCarriesEveryByte(int baudRate)
    {
        using var terminal = new PseudoTerminal();
        using var port = SerialPort.Open(terminal.Path, baudRate, Clock);
        Assert.Equal(baudRate, terminal.BaudRate);
        byte[] all = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        Assert.True(port.Write(all, Soon()));
        Assert.Equal(all, Take(count => terminal.Read(count, TimeSpan.FromSeconds(1)), all.Length));
        terminal.Write(all);
        Assert.Equal(all, Take(count => port.Read(count, Soon()), all.Length));
        Assert.Equal(0, port.Read(new byte[1], Clock.Now));
    }

    [Fact]
    public void Open_TwoPrograms_RefusesTheSecond()
    {
        using var terminal = new PseudoTerminal();
        using var port = SerialPort.Open(terminal.Path, 1_000_000, Clock);
        var error = Assert.Throws<UserErrorException>(() => SerialPort.Open(terminal.Path, 1_000_000, Clock));
        Assert.Contains("in use by another program", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_NoPort_SaysSo()
    {
        var missing = Assert.Throws<UserErrorException>(() => SerialPort.Open("/dev/ttyMISSING", 1_000_000, Clock));
        Assert.StartsWith("there is no serial port /dev/ttyMISSING: ", missing.Message, StringComparison.Ordinal);
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("text"), "");
        var noTerminal = Assert.Throws<UserErrorException>(() => SerialPort.Open(folder.File("text"), 1_000_000, Clock));
        Assert.Contains("is not a serial port", noTerminal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Opening_NoPermission_NamesTheGroup() =>
        Assert.Contains(
            "join the group 'dialout'", SerialFailures.Opening("/dev/ttyS0", SerialNative.AccessDenied).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_PortPulledOut_IsGone()
    {
        var terminal = new PseudoTerminal();
        using var port = SerialPort.Open(terminal.Path, 1_000_000, Clock);
        terminal.Dispose();
        Assert.Equal(-1, port.Read(new byte[8], Soon()));
        Assert.False(port.Write([1, 2, 3], Soon()));
    }

    private static MonotonicTime Soon() => Clock.Now + TimeSpan.FromSeconds(1);

    private static byte[] Take(Reader read, int count)
    {
        var (bytes, taken) = (new byte[count], 0);
        while (taken < count && read(bytes.AsSpan(taken)) is > 0 and var more)
            taken += more;
        return bytes[..taken];
    }

    private delegate int Reader(Span<byte> into);
}
