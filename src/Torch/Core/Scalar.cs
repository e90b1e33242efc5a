using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>A number that an operator takes beside tensors: integer, real or truth value.</summary>
public sealed class Scalar : IDisposable
{
    internal readonly ArgumentKind Kind;
    internal readonly long Bits;

    private Scalar(ArgumentKind kind, long bits)
    {
        Kind = kind;
        Bits = bits;
    }

    public ScalarType Type => Kind switch
    {
        ArgumentKind.Double => ScalarType.Float64,
        ArgumentKind.Bool => ScalarType.Bool,
        _ => ScalarType.Int64,
    };

    internal double Real => Kind == ArgumentKind.Double ? BitConverter.Int64BitsToDouble(Bits) : Bits;

    internal long Integer => Kind == ArgumentKind.Double ? (long)Real : Bits;

    public static implicit operator Scalar(byte value) => (long)value;

    public static implicit operator Scalar(sbyte value) => (long)value;

    public static implicit operator Scalar(short value) => (long)value;

    public static implicit operator Scalar(int value) => (long)value;

    public static implicit operator Scalar(long value) => new(ArgumentKind.Int, value);

    public static implicit operator Scalar(Half value) => (double)value;

    public static implicit operator Scalar(float value) => (double)value;

    public static implicit operator Scalar(double value) => new(ArgumentKind.Double, BitConverter.DoubleToInt64Bits(value));

    public static implicit operator Scalar(bool value) => new(ArgumentKind.Bool, value ? 1 : 0);

    /// <summary>Nothing is held natively; the method is there because TorchSharp's scalars are disposable.</summary>
    public void Dispose() => GC.SuppressFinalize(this);
}

/// <summary>Conversions between numbers and scalars.</summary>
public static class ScalarExtensionMethods
{
    public static Scalar ToScalar(this byte value) => value;

    public static Scalar ToScalar(this sbyte value) => value;

    public static Scalar ToScalar(this short value) => value;

    public static Scalar ToScalar(this int value) => value;

    public static Scalar ToScalar(this long value) => value;

    public static Scalar ToScalar(this float value) => value;

    public static Scalar ToScalar(this double value) => value;

    public static Scalar ToScalar(this bool value) => value;

    public static float ToSingle(this Scalar value) => (float)value.Real;

    public static double ToDouble(this Scalar value) => value.Real;

    public static byte ToByte(this Scalar value) => (byte)value.Integer;

    public static sbyte ToSByte(this Scalar value) => (sbyte)value.Integer;

    public static short ToInt16(this Scalar value) => (short)value.Integer;

    public static int ToInt32(this Scalar value) => (int)value.Integer;

    public static long ToInt64(this Scalar value) => value.Integer;

    public static bool ToBoolean(this Scalar value) => value.Real != 0;
}
