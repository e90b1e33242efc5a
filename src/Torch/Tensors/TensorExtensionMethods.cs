using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Conversions and storage of tensors; the byte format is TorchSharp's own.</summary>
public static class TensorExtensionMethods
{
    public static float ToSingle(this Tensor value) => value.ToScalar().ToSingle();

    public static double ToDouble(this Tensor value) => value.ToScalar().ToDouble();

    public static byte ToByte(this Tensor value) => value.ToScalar().ToByte();

    public static sbyte ToSByte(this Tensor value) => value.ToScalar().ToSByte();

    public static short ToInt16(this Tensor value) => value.ToScalar().ToInt16();

    public static int ToInt32(this Tensor value) => value.ToScalar().ToInt32();

    public static long ToInt64(this Tensor value) => value.ToScalar().ToInt64();

    public static bool ToBoolean(this Tensor value) => value.ToScalar().ToBoolean();

    public static Parameter AsParameter(this Tensor tensor) => new(tensor);

    public static int ElementSize(this ScalarType type) => type switch
    {
        ScalarType.Byte or ScalarType.Int8 or ScalarType.Bool => 1,
        ScalarType.Int16 or ScalarType.Float16 or ScalarType.BFloat16 => 2,
        ScalarType.Int32 or ScalarType.Float32 => 4,
        ScalarType.Int64 or ScalarType.Float64 or ScalarType.ComplexFloat32 => 8,
        ScalarType.ComplexFloat64 => 16,
        _ => throw new NotSupportedException("Elements of type " + type + " have no size here."),
    };

    /// <summary>Writes type, shape (as LEB128 numbers) and elements.</summary>
    public static void Save(this Tensor tensor, BinaryWriter writer)
    {
        Leb128.Write(writer, (long)tensor.dtype);
        var shape = tensor.shape;
        Leb128.Write(writer, shape.Length);
        foreach (var size in shape) Leb128.Write(writer, size);
        using var scope = NewDisposeScope();
        var local = tensor.detach().cpu().contiguous();
        writer.Flush();
        local.WriteBytesToStream(writer.BaseStream);
    }

    public static void Save(this Tensor tensor, Stream stream)
    {
        using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        tensor.Save(writer);
    }

    /// <summary>Reads elements into a tensor whose type and shape must be those stored.</summary>
    public static void Load(this Tensor tensor, BinaryReader reader, bool skip = false)
    {
        using var scope = NewDisposeScope();
        var stored = Tensor.Load(reader);
        if (skip) return;
        if (stored.dtype != tensor.dtype) throw new ArgumentException("Mismatched tensor data types while loading. Make sure that the model you are loading into is exactly the same as the origin.");
        if (!stored.shape.AsSpan().SequenceEqual(tensor.shape)) throw new ArgumentException("Mismatched tensor shape while loading. Make sure that the model you are loading into is exactly the same as the origin.");
        using var quiet = no_grad();
        tensor.copy_(stored);
    }

    public static void Load(ref Tensor? tensor, BinaryReader reader, bool skip = false)
    {
        if (tensor is null)
        {
            var stored = Tensor.Load(reader);
            if (skip) stored.Dispose();
            else tensor = stored;
        }
        else
        {
            tensor.Load(reader, skip);
        }
    }
}

public static partial class torch
{
    public partial class Tensor
    {
        public static Tensor Load(BinaryReader reader)
        {
            var type = (ScalarType)Leb128.Read(reader);
            var shape = new long[Leb128.Read(reader)];
            for (var d = 0; d < shape.Length; d++) shape[d] = Leb128.Read(reader);
            var tensor = empty(shape, type, CPU);
            if (tensor.NumberOfElements > 0) tensor.ReadBytesFromStream(reader.BaseStream);
            return tensor;
        }

        public static Tensor Load(Stream stream)
        {
            using var reader = new BinaryReader(stream, System.Text.Encoding.UTF8, leaveOpen: true);
            return Load(reader);
        }
    }
}
