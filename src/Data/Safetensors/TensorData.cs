using System.Runtime.InteropServices;
using Robotics.Core.Errors;

namespace Robotics.Data.Safetensors;

/// <summary>
/// One array of a safetensors file: row-major, little-endian. Immutable as long as nobody writes to <see cref="Bytes"/>;
/// not for the tick path.
/// </summary>
public sealed class TensorData
{
    /// <summary>Wraps bytes.</summary>
    /// <param name="element">Element type.</param>
    /// <param name="shape">Sizes, outermost first; empty for one number.</param>
    /// <param name="bytes">Exactly the array's bytes.</param>
    public TensorData(TensorElement element, IReadOnlyList<long> shape, ReadOnlyMemory<byte> bytes)
    {
        Element = element;
        Shape = [.. shape];
        Bytes = bytes;
        if (ByteCount(element, Shape) != bytes.Length)
            throw new ArgumentException(
                $"A {element.NameOf()} array of shape [{string.Join(", ", Shape)}] does not have {bytes.Length} bytes.", nameof(bytes));
    }

    /// <summary>Element type.</summary>
    public TensorElement Element { get; }

    /// <summary>Sizes, outermost first; empty for one number.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>The bytes, row-major and little-endian.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Copies numbers into an array for a file.</summary>
    /// <typeparam name="T">The element's .NET type.</typeparam>
    /// <param name="values">Row-major numbers.</param>
    /// <param name="shape">Sizes; their product is the number of values.</param>
    public static TensorData From<T>(ReadOnlySpan<T> values, params IReadOnlyList<long> shape)
        where T : unmanaged => new(TensorElements.From<T>(), shape, MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>Copies the numbers out.</summary>
    /// <typeparam name="T">The .NET type that matches <see cref="Element"/>.</typeparam>
    /// <exception cref="UserErrorException">The file holds another type.</exception>
    public T[] ToArray<T>()
        where T : unmanaged
    {
        if (TensorElements.From<T>() != Element)
            throw new UserErrorException(
                $"An array of {Element.NameOf()} was found where {TensorElements.From<T>().NameOf()} was expected: the file was written "
                + "for something else.");
        return MemoryMarshal.Cast<byte, T>(Bytes.Span).ToArray();
    }

    /// <summary>Bytes of an array; −1 when that is no whole or no representable number.</summary>
    internal static long ByteCount(TensorElement element, IReadOnlyList<long> shape)
    {
        // A zero anywhere makes the array empty, whatever the other sizes: it must not be hidden by an overflow before it.
        if (shape.Contains(0))
            return 0;
        Int128 bits = element.BitsOf();
        foreach (var size in shape)
        {
            bits *= size;
            if (size < 0 || bits > long.MaxValue)
                return -1;
        }

        return bits % 8 == 0 ? (long)(bits / 8) : -1;
    }
}
