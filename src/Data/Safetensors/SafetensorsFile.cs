using System.Buffers.Binary;
using System.Globalization;
using Robotics.Core.Errors;
using Robotics.Data.Storage;

namespace Robotics.Data.Safetensors;

/// <summary>
/// Arrays by name with text metadata, in the safetensors format (huggingface/safetensors, README "Format"). Files written here
/// are byte for byte those of the reference writer: widest elements first, then by name, header padded to eight bytes;
/// metadata are in ordinal order, which the reference leaves open. Not thread-safe while being filled; not for the tick path.
/// </summary>
public sealed class SafetensorsFile
{
    private readonly Dictionary<string, TensorData> _tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _metadata;

    /// <summary>Starts an empty file.</summary>
    public SafetensorsFile()
        : this(new Dictionary<string, string>(StringComparer.Ordinal))
    {
    }

    private SafetensorsFile(Dictionary<string, string> metadata) => _metadata = metadata;

    /// <summary>Text by name; written when there is any.</summary>
    public IDictionary<string, string> Metadata => _metadata;

    /// <summary>The arrays by name.</summary>
    public IReadOnlyDictionary<string, TensorData> Tensors => _tensors;

    /// <summary>Reads and checks a whole file.</summary>
    /// <exception cref="UserErrorException">It is missing, unreadable or not a valid safetensors file.</exception>
    public static SafetensorsFile Read(string path) => Parse(StorageError.Guard(path, "read", () => File.ReadAllBytes(path)), path);

    /// <summary>Reads and checks a file's bytes; the arrays share <paramref name="file"/>.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="source">Its name in error messages.</param>
    /// <exception cref="UserErrorException">It is not a valid safetensors file.</exception>
    public static SafetensorsFile Parse(ReadOnlyMemory<byte> file, string source)
    {
        if (file.Length < 8)
            throw SafetensorsHeader.Refuse(source, "it is shorter than eight bytes");
        var headerBytes = BinaryPrimitives.ReadUInt64LittleEndian(file.Span);
        if (headerBytes > (ulong)SafetensorsHeader.MaximumBytes)
            throw SafetensorsHeader.Refuse(source, $"its header would be longer than {SafetensorsHeader.MaximumBytes} bytes");
        if (headerBytes > (ulong)(file.Length - 8))
            throw SafetensorsHeader.Refuse(source, "it ends within its header");
        var buffer = file[(8 + (int)headerBytes)..];
        var (metadata, entries) = SafetensorsHeader.Parse(source, file.Slice(8, (int)headerBytes), buffer.Length);
        var result = new SafetensorsFile(metadata);
        foreach (var e in entries)
            result._tensors.Add(e.Name, new TensorData(e.Element, e.Shape, buffer[(int)e.Begin..(int)e.End]));
        return result;
    }

    /// <summary>Adds or replaces an array.</summary>
    public void Set(string name, TensorData tensor)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(name, "__metadata__");
        _tensors[name] = tensor;
    }

    /// <summary>The array with this name and .NET type.</summary>
    /// <typeparam name="T">The .NET type that matches the stored elements.</typeparam>
    /// <param name="name">The array's name.</param>
    /// <param name="source">The file's name in error messages.</param>
    /// <exception cref="UserErrorException">There is none, or it holds another type.</exception>
    public T[] Get<T>(string name, string source)
        where T : unmanaged => _tensors.TryGetValue(name, out var tensor)
        ? tensor.ToArray<T>()
        : throw new UserErrorException($"'{source}' has no array '{name}': it was written by something else.");

    /// <summary>The weights with this name: numbers that are all finite, because a network with others computes nothing.</summary>
    /// <param name="name">The array's name.</param>
    /// <param name="source">The file's name in error messages.</param>
    /// <exception cref="UserErrorException">There is none, it holds another type, or one of its numbers is NaN or infinite.</exception>
    public float[] GetWeights(string name, string source)
    {
        var values = Get<float>(name, source);
        var bad = Array.FindIndex(values, v => !float.IsFinite(v));
        return bad < 0
            ? values
            : throw new UserErrorException(string.Create(
                CultureInfo.InvariantCulture,
                $"'{source}': the array '{name}' holds {values[bad]} (number {bad} of {values.Length}), "
                + $"with which nothing can be computed: ")
                + "restore the file from a copy, or train again.");
    }

    /// <summary>Writes the file so that a reader sees the old one or the whole new one, through a kill or a power cut.</summary>
    /// <exception cref="UserErrorException">The disk is full or the place is not writable.</exception>
    public void Write(string path) => AtomicFile.Write(path, WriteTo);

    /// <summary>The file's bytes.</summary>
    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        WriteTo(stream);
        return stream.ToArray();
    }

    private void WriteTo(Stream stream)
    {
        var ordered = _tensors.OrderByDescending(t => t.Value.Element).ThenBy(t => t.Key, Utf8Order.Instance).ToList();
        var header = SafetensorsWriter.Header(_metadata, ordered);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (var (_, tensor) in ordered)
            stream.Write(tensor.Bytes.Span);
    }
}
