using System.Collections.Frozen;

namespace Robotics.Data.Safetensors;

/// <summary>The element types of safetensors, in the format's own order: wider ones later.</summary>
public enum TensorElement
{
    /// <summary>BOOL: one byte, 0 or 1.</summary>
    Bool,

    /// <summary>F4: 4-bit float.</summary>
    F4,

    /// <summary>F6_E2M3: 6-bit float.</summary>
    F6E2M3,

    /// <summary>F6_E3M2: 6-bit float.</summary>
    F6E3M2,

    /// <summary>U8: byte.</summary>
    U8,

    /// <summary>I8: signed byte.</summary>
    I8,

    /// <summary>F8_E5M2: 8-bit float.</summary>
    F8E5M2,

    /// <summary>F8_E4M3: 8-bit float.</summary>
    F8E4M3,

    /// <summary>F8_E8M0: 8-bit exponent.</summary>
    F8E8M0,

    /// <summary>F8_E4M3FNUZ: 8-bit float.</summary>
    F8E4M3Fnuz,

    /// <summary>F8_E5M2FNUZ: 8-bit float.</summary>
    F8E5M2Fnuz,

    /// <summary>I16.</summary>
    I16,

    /// <summary>U16.</summary>
    U16,

    /// <summary>F16: half precision.</summary>
    F16,

    /// <summary>BF16: the upper half of a single.</summary>
    BF16,

    /// <summary>I32.</summary>
    I32,

    /// <summary>U32.</summary>
    U32,

    /// <summary>F32: single precision.</summary>
    F32,

    /// <summary>C64: two singles.</summary>
    C64,

    /// <summary>F64: double precision.</summary>
    F64,

    /// <summary>I64.</summary>
    I64,

    /// <summary>U64.</summary>
    U64,
}

/// <summary>Names and sizes of the element types. Thread-safe.</summary>
public static class TensorElements
{
    private static readonly (TensorElement Element, string Name, int Bits)[] Table =
    [
        (TensorElement.Bool, "BOOL", 8), (TensorElement.F4, "F4", 4), (TensorElement.F6E2M3, "F6_E2M3", 6), (
            TensorElement.F6E3M2, "F6_E3M2", 6),
        (TensorElement.U8, "U8", 8), (TensorElement.I8, "I8", 8), (TensorElement.F8E5M2, "F8_E5M2", 8), (
            TensorElement.F8E4M3, "F8_E4M3", 8),
        (TensorElement.F8E8M0, "F8_E8M0", 8), (TensorElement.F8E4M3Fnuz, "F8_E4M3FNUZ", 8), (TensorElement.F8E5M2Fnuz, "F8_E5M2FNUZ", 8),
        (TensorElement.I16, "I16", 16), (TensorElement.U16, "U16", 16), (TensorElement.F16, "F16", 16), (TensorElement.BF16, "BF16", 16),
        (TensorElement.I32, "I32", 32), (TensorElement.U32, "U32", 32), (TensorElement.F32, "F32", 32),
        (TensorElement.C64, "C64", 64), (TensorElement.F64, "F64", 64), (TensorElement.I64, "I64", 64), (TensorElement.U64, "U64", 64),
    ];

    private static readonly FrozenDictionary<string, TensorElement> ByName = Table.ToFrozenDictionary(t => t.Name, t => t.Element);

    /// <summary>The name in a file's header.</summary>
    public static string NameOf(this TensorElement element) => Table[(int)element].Name;

    /// <summary>Bits of one element.</summary>
    public static int BitsOf(this TensorElement element) => Table[(int)element].Bits;

    /// <summary>The element type with this name in a header.</summary>
    public static bool TryParse(string name, out TensorElement element) => ByName.TryGetValue(name, out element);

    /// <summary>The element type that a .NET type is stored as.</summary>
    /// <typeparam name="T">One of the unmanaged number types, <see cref="bool"/> or <see cref="Half"/>.</typeparam>
    /// <exception cref="NotSupportedException">The type has no counterpart.</exception>
    public static TensorElement From<T>()
        where T : unmanaged => default(T) switch
        {
            bool => TensorElement.Bool,
            byte => TensorElement.U8,
            sbyte => TensorElement.I8,
            short => TensorElement.I16,
            ushort => TensorElement.U16,
            Half => TensorElement.F16,
            int => TensorElement.I32,
            uint => TensorElement.U32,
            float => TensorElement.F32,
            double => TensorElement.F64,
            long => TensorElement.I64,
            ulong => TensorElement.U64,
            _ => throw new NotSupportedException($"{typeof(T).Name} has no element type in safetensors."),
        };
}
