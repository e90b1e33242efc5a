using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;

namespace Robotics.Drivers.Simulation.Remote;

/// <summary>
/// Frames on their way to the client. The physics thread appends and never waits; another task sends. A client that does not
/// keep up loses states and images, never answers.
/// </summary>
internal sealed class SimulatorOutbox
{
    private const long MaximumWaitingBytes = 32 << 20;
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 0, resumeWriterThreshold: 0, useSynchronizationContext: false));
    private long _appended;
    private long _sent;

    /// <summary>Data frames that were left out because too much was waiting.</summary>
    public long Dropped { get; private set; }

    /// <summary>Appends an answer.</summary>
    public void Answer(FrameKind kind, ReadOnlySpan<long> numbers, string text = "") =>
        _appended += Frames.Append(_pipe.Writer, kind, numbers, Encoding.UTF8.GetBytes(text));

    /// <summary>Appends data, or leaves it out when the client does not keep up.</summary>
    public void Data(FrameKind kind, ReadOnlySpan<long> numbers, ReadOnlySpan<byte> bytes)
    {
        if (_appended - Interlocked.Read(ref _sent) > MaximumWaitingBytes)
            Dropped++;
        else
            _appended += Frames.Append(_pipe.Writer, kind, numbers, bytes);
    }

    /// <summary>Hands what was appended to the sender.</summary>
    public void Flush()
    {
        var flush = _pipe.Writer.FlushAsync();
        if (!flush.IsCompleted)
            throw new InvalidOperationException("A pipe without a limit made its writer wait.");
    }

    /// <summary>No more will be appended.</summary>
    public void Complete() => _pipe.Writer.Complete();

    /// <summary>Sends until the writer completes.</summary>
    /// <exception cref="SocketException">The client has gone.</exception>
    public async Task SendAllAsync(Socket socket, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await _pipe.Reader.ReadAsync(cancellationToken);
            foreach (var segment in result.Buffer)
            {
                for (var rest = segment; rest.Length > 0;)
                    rest = rest[await socket.SendAsync(rest, SocketFlags.None, cancellationToken)..];
                Interlocked.Add(ref _sent, segment.Length);
            }

            _pipe.Reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
                return;
        }
    }
}
