using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Robotics.Core.Time;

namespace Robotics.Data.Episodes;

/// <summary>
/// The journal of an episode in progress: the header, o_0, then one record per step, each with its checksum. Every record is
/// handed to the system at once, so a killed process loses none; every <see cref="SyncSteps"/> records it is forced to the
/// disk, so a power cut loses few. The reader takes all whole records and ignores a torn end.
/// </summary>
internal sealed class EpisodeJournal : IDisposable
{
    public const int SyncSteps = 100;
    private const int Version = 2;
    private const int MaximumRecord = 1 << 26;
    private static readonly byte[] Magic = "RJEP"u8.ToArray();
    private readonly FileStream _file;
    private readonly MemoryStream _record = new();
    private readonly bool _hasTruth;
    private int _steps;

    public EpisodeJournal(string path, EpisodeHeader header, ReadOnlySpan<float> observation, MonotonicTime at, ReadOnlySpan<float> truth)
    {
        _hasTruth = header.HasTruth;
        _file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, 0);
        _file.Write(Magic);
        Put(Version);
        Flush();
        _record.Write(JsonSerializer.SerializeToUtf8Bytes(header, EpisodeFormat.Json));
        Flush();
        Put(at.Nanoseconds);
        _record.Write(MemoryMarshal.AsBytes(observation));
        if (_hasTruth)
            _record.Write(MemoryMarshal.AsBytes(truth));
        Flush();
        _file.Flush(flushToDisk: true);
    }

    public void Append(EpisodeStep step)
    {
        Put(step.At.Nanoseconds);
        Put(step.PlanNanoseconds);
        Put(step.Reward);
        Put(step.PredictedReturn);
        Put(step.Disagreement);
        Put((byte)step.Flags);
        _record.Write(MemoryMarshal.AsBytes<float>(step.Observation));
        _record.Write(MemoryMarshal.AsBytes<float>(step.Action));
        _record.Write(MemoryMarshal.AsBytes<double>(step.Requested));
        _record.Write(MemoryMarshal.AsBytes<double>(step.Applied));
        if (_hasTruth)
            _record.Write(MemoryMarshal.AsBytes<float>(step.Truth));
        Flush();
        if (++_steps % SyncSteps == 0)
            _file.Flush(flushToDisk: true);
    }

    /// <summary>Appends an image: its record begins with a negative number where a step has its moment.</summary>
    public void Append(int camera, ReadOnlySpan<byte> frame, MonotonicTime capturedAt, MonotonicTime receivedAt, long sequence)
    {
        Put(-1L - camera);
        Put(capturedAt.Nanoseconds);
        Put(receivedAt.Nanoseconds);
        Put(sequence);
        _record.Write(frame);
        Flush();
    }

    /// <summary>Reads what is whole; null when not even the start of the episode is.</summary>
    public static EpisodeBuilder? TryRead(string path)
    {
        var bytes = File.ReadAllBytes(path).AsSpan();
        if (!bytes.StartsWith(Magic))
            return null;
        bytes = bytes[Magic.Length..];
        if (!TryTake(ref bytes, out var version) || MemoryMarshal.Read<int>(version) is < 1 or > Version
            || !TryTake(ref bytes, out var json) || !TryTake(ref bytes, out var start))
            return null;
        var header = EpisodeFormat.ParseHeader(path, Encoding.UTF8.GetString(json));
        var step = new EpisodeStep(header.ObservationNames.Count, header.ActionNames.Count, header.CommandNames.Count);
        var (n, known) = (step.Observation.Length, header.HasTruth ? step.Truth.Length : 0);
        var size = 29 + (4 * (n + known + step.Action.Length)) + (8 * (step.Requested.Length + step.Applied.Length));
        if (start.Length != 8 + (4 * (n + known)))
            return null;
        var builder = new EpisodeBuilder(header);
        var values = MemoryMarshal.Cast<byte, float>(start[8..]);
        builder.Begin(values[..n], new MonotonicTime(MemoryMarshal.Read<long>(start)), values[n..]);
        while (TryTake(ref bytes, out var record) && record.Length >= 8)
        {
            if (MemoryMarshal.Read<long>(record) is < 0 and var mark)
            {
                ParseFrame(record, (int)(-1 - mark), builder);
                continue;
            }

            if (record.Length != size)
                break;
            Parse(record, step, header.HasTruth);
            builder.Append(step);
        }

        return builder;
    }

    public void Dispose()
    {
        _file.Dispose();
        _record.Dispose();
    }

    private static void ParseFrame(ReadOnlySpan<byte> record, int camera, EpisodeBuilder into) => into.Append(
        camera,
        record[32..],
        new MonotonicTime(MemoryMarshal.Read<long>(record[8..])),
        new MonotonicTime(MemoryMarshal.Read<long>(record[16..])),
        MemoryMarshal.Read<long>(record[24..]));

    private static void Parse(ReadOnlySpan<byte> record, EpisodeStep into, bool hasTruth)
    {
        into.At = new MonotonicTime(MemoryMarshal.Read<long>(record));
        into.PlanNanoseconds = MemoryMarshal.Read<long>(record[8..]);
        into.Reward = MemoryMarshal.Read<float>(record[16..]);
        into.PredictedReturn = MemoryMarshal.Read<float>(record[20..]);
        into.Disagreement = MemoryMarshal.Read<float>(record[24..]);
        into.Flags = (StepFlags)record[28];
        record = record[29..];
        Take(ref record, MemoryMarshal.AsBytes(into.Observation.AsSpan()));
        Take(ref record, MemoryMarshal.AsBytes(into.Action.AsSpan()));
        Take(ref record, MemoryMarshal.AsBytes(into.Requested.AsSpan()));
        Take(ref record, MemoryMarshal.AsBytes(into.Applied.AsSpan()));
        if (hasTruth)
            Take(ref record, MemoryMarshal.AsBytes(into.Truth.AsSpan()));
    }

    private static void Take(ref ReadOnlySpan<byte> record, Span<byte> into)
    {
        record[..into.Length].CopyTo(into);
        record = record[into.Length..];
    }

    // A record is its length, its bytes, and the checksum of both.
    private static bool TryTake(ref Span<byte> bytes, out Span<byte> record)
    {
        record = default;
        if (bytes.Length < 8)
            return false;
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (length is < 0 or > MaximumRecord || bytes.Length - 8 < length)
            return false;
        if (Crc32.HashToUInt32(bytes[..(4 + length)]) != BinaryPrimitives.ReadUInt32LittleEndian(bytes[(4 + length)..]))
            return false;
        record = bytes.Slice(4, length);
        bytes = bytes[(8 + length)..];
        return true;
    }

    private void Put<T>(T value)
        where T : unmanaged => _record.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));

    private void Flush()
    {
        var length = (int)_record.Length;
        var framed = new byte[length + 8];
        BinaryPrimitives.WriteInt32LittleEndian(framed, length);
        _record.GetBuffer().AsSpan(0, length).CopyTo(framed.AsSpan(4));
        BinaryPrimitives.WriteUInt32LittleEndian(framed.AsSpan(4 + length), Crc32.HashToUInt32(framed.AsSpan(0, 4 + length)));
        _file.Write(framed);
        _record.SetLength(0);
    }
}
