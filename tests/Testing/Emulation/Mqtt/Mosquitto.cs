using System.Diagnostics;
using System.Net.Sockets;
using Robotics.Core.Time;

namespace Robotics.Testing.Emulation.Mqtt;

/// <summary>
/// A mosquitto of the distribution in a process of its own, on a free port of the loopback, and its command-line clients.
/// </summary>
public sealed class Mosquitto : IAsyncDisposable
{
    private readonly Process _process;
    private readonly TemporaryFolder _folder;

    private Mosquitto(Process process, TemporaryFolder folder, int port) => (_process, _folder, Port) = (process, folder, port);

    public int Port { get; }

    public static async Task<Mosquitto> StartAsync()
    {
        var folder = new TemporaryFolder();
        var port = TestBroker.FreePort();
        var configuration = Path.Combine(folder.Path, "mosquitto.conf");
        await File.WriteAllTextAsync(configuration, $"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\n");
        var program = new[] { "/usr/sbin/mosquitto", "/usr/bin/mosquitto" }.FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException("mosquitto is not installed: apt-get install mosquitto mosquitto-clients");
        var broker = new Mosquitto(Start(program, "-c", configuration), folder, port);
        var clock = new SystemClock();
        var pacer = new WallPacer(clock);
        while (!await AnswersAsync(port))
        {
            if (clock.Now.Seconds > 5 || broker._process.HasExited)
                throw new InvalidOperationException("mosquitto does not start.");
            pacer.WaitUntil(clock.Now + TimeSpan.FromMilliseconds(20));
        }

        return broker;
    }

    /// <summary>Publishes by mosquitto_pub.</summary>
    public async Task PublishAsync(string topic, string message, params string[] options)
    {
        using var process = Start("mosquitto_pub", ["-h", "127.0.0.1", "-p", $"{Port}", "-t", topic, "-m", message, .. options]);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"mosquitto_pub: {await process.StandardError.ReadToEndAsync()}");
    }

    /// <summary>Starts mosquitto_sub: it prints the messages of a topic.</summary>
    public Process Subscribe(string topic) => Start("mosquitto_sub", "-h", "127.0.0.1", "-p", $"{Port}", "-t", topic);

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Dispose();
    }

    private static Process Start(string program, params string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    private static async Task<bool> AnswersAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
