using System.Runtime.InteropServices;

namespace TorchSharp;

public static partial class torch
{
    private static Tensor Make(Operator op, ReadOnlySpan<long> size, ScalarType? dtype, Device? device, bool requires_grad, string[]? names)
        => Finish(op.Call(Argument.Longs(size), dtype ?? get_default_dtype(), Argument.None, InitializeDevice(device)), requires_grad, names);

    private static Tensor MakeFull(ReadOnlySpan<long> size, Scalar value, ScalarType? dtype, Device? device, bool requires_grad, string[]? names)
        => Finish(
            Aten.full.Call(Argument.Longs(size), value, dtype ?? get_default_dtype(), Argument.None, InitializeDevice(device)),
            requires_grad, names);

    private static Tensor MakeRandom(Operator op, ReadOnlySpan<long> size, ScalarType? dtype, Device? device, bool requires_grad, Generator? generator, string[]? names)
        => Finish(
            op.Call(Argument.Longs(size), generator, dtype ?? get_default_dtype(), Argument.None, InitializeDevice(device)),
            requires_grad, names);

    private static Tensor Finish(Tensor tensor, bool requires_grad, string[]? names)
    {
        if (names is { Length: > 0 }) throw new NotSupportedException("Named dimensions are not supported.");
        if (requires_grad) tensor.requires_grad = true;
        return tensor;
    }

    /// <summary>Copies managed numbers into a new tensor; the array stays the caller's.</summary>
    private static unsafe Tensor FromData<T>(ReadOnlySpan<T> data, ReadOnlySpan<long> dimensions, ScalarType? dtype, Device? device, bool requires_grad, string[]? names)
        where T : unmanaged
    {
        long count = 1;
        foreach (var size in dimensions) count *= size;
        if (count > data.Length)
            throw new ArgumentException("mismatched total size creating a tensor from an array: " + count + " vs. " + data.Length);
        var place = InitializeDevice(device);
        Tensor tensor;
        fixed (T* first = data)
        fixed (long* sizes = dimensions)
        {
            tensor = new Tensor(Native.Check(Native.rt_from_data(first, count * sizeof(T), (int)TypeOf(typeof(T)), sizes, dimensions.Length)));
        }
        return Finish(Place(tensor, dtype, place), requires_grad, names);
    }

    /// <summary>Gives a tensor fresh from the host its type and device, without leaving the original behind.</summary>
    private static Tensor Place(Tensor tensor, ScalarType? dtype, Device device)
    {
        if ((dtype ?? tensor.dtype) == tensor.dtype && device.type == DeviceType.CPU) return tensor;
        return tensor.to(dtype ?? tensor.dtype, device, disposeAfter: true);
    }

    private static Tensor FromArray(Array array, ScalarType? dtype, Device? device, bool requires_grad, string[]? names)
    {
        var shape = new long[array.Rank];
        for (var d = 0; d < shape.Length; d++) shape[d] = array.GetLength(d);
        return TypeOf(array.GetType().GetElementType()!) switch
        {
            ScalarType.Float32 => FromData(Flat<float>(array), shape, dtype, device, requires_grad, names),
            ScalarType.Float64 => FromData(Flat<double>(array), shape, dtype, device, requires_grad, names),
            ScalarType.Int64 => FromData(Flat<long>(array), shape, dtype, device, requires_grad, names),
            ScalarType.Int32 => FromData(Flat<int>(array), shape, dtype, device, requires_grad, names),
            ScalarType.Int16 => FromData(Flat<short>(array), shape, dtype, device, requires_grad, names),
            ScalarType.Byte => FromData(Flat<byte>(array), shape, dtype, device, requires_grad, names),
            ScalarType.Int8 => FromData(Flat<sbyte>(array), shape, dtype, device, requires_grad, names),
            ScalarType.Bool => FromData(Flat<bool>(array), shape, dtype, device, requires_grad, names),
            _ => FromData(Flat<Half>(array), shape, dtype, device, requires_grad, names),
        };
    }

    private static ReadOnlySpan<T> Flat<T>(Array array)
        where T : unmanaged
        => MemoryMarshal.CreateReadOnlySpan(
            ref System.Runtime.CompilerServices.Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(array)), array.Length);
}
