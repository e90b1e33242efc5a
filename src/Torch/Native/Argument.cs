using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>An operator's argument on the managed side; conversions let calls read like libtorch's own.</summary>
internal readonly struct Argument
{
    internal readonly object? Reference;
    internal readonly long Bits;
    internal readonly int Count;
    internal readonly ArgumentKind Kind;

    private Argument(ArgumentKind kind, long bits = 0, object? reference = null, int count = 0)
    {
        Kind = kind;
        Bits = bits;
        Reference = reference;
        Count = count;
    }

    /// <summary>The value that the operator's schema names.</summary>
    internal static Argument Default => new(ArgumentKind.Default);

    /// <summary>Absent.</summary>
    internal static Argument None => default;

    internal static Argument OptionalTensors(Tensor?[] tensors) => new(ArgumentKind.OptionalTensorList, 0, tensors, tensors.Length);

    internal static Argument Tensors(IEnumerable<Tensor> tensors)
    {
        var list = tensors as Tensor[] ?? tensors.ToArray();
        return new(ArgumentKind.TensorList, 0, list, list.Length);
    }

    internal static Argument Longs(ReadOnlySpan<long> values) => values.ToArray();

    public static implicit operator Argument(Tensor? value)
        => value is null ? default : new(ArgumentKind.Tensor, value.Handle, value);

    public static implicit operator Argument(long value) => new(ArgumentKind.Int, value);

    public static implicit operator Argument(int value) => new(ArgumentKind.Int, value);

    public static implicit operator Argument(long? value) => value is { } number ? new(ArgumentKind.Int, number) : default;

    public static implicit operator Argument(double value) => new(ArgumentKind.Double, BitConverter.DoubleToInt64Bits(value));

    public static implicit operator Argument(double? value) => value is { } number ? (Argument)number : default;

    public static implicit operator Argument(bool value) => new(ArgumentKind.Bool, value ? 1 : 0);

    public static implicit operator Argument(bool? value) => value is { } flag ? (Argument)flag : default;

    public static implicit operator Argument(Scalar? value)
        => value is null ? default : new(value.Kind, value.Bits);

    public static implicit operator Argument(ScalarType value) => new(ArgumentKind.Int, (long)value);

    public static implicit operator Argument(ScalarType? value) => value is { } type ? new(ArgumentKind.Int, (long)type) : default;

    public static implicit operator Argument(long[]? value)
        => value is null ? default : new(ArgumentKind.IntList, 0, value, value.Length);

    public static implicit operator Argument(double[]? value)
        => value is null ? default : new(ArgumentKind.DoubleList, 0, value, value.Length);

    public static implicit operator Argument(string? value) => value is null ? default : new(ArgumentKind.String, 0, value);

    public static implicit operator Argument(Device? value)
        => value is null ? default : new(ArgumentKind.Device, value.index, null, (int)value.type);

    public static implicit operator Argument(Generator? value)
        => value is null ? default : new(ArgumentKind.Generator, value.Handle, value);
}
