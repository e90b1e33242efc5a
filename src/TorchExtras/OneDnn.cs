using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;


namespace Robotics.TorchExtras;

/// <summary>
/// oneDNN 3.7, which computes libtorch's convolutions, asks an AMD processor for the sizes of its caches. Some hypervisors leave that
/// answer empty; oneDNN then takes each cache for one byte, reorders loops "for the cache" in an order that its own padding of channels
/// does not allow, and overwrites weights wherever channels are no multiple of the vector's width: convolutions are wrong, without a word.
/// With the instructions of SSE 4.1 it takes other routes, which are right. Thread-safe.
/// </summary>
public static partial class OneDnn
{
    /// <summary>oneDNN reads it before its first convolution.</summary>
    public const string Variable = "ONEDNN_MAX_CPU_ISA";

    /// <summary>Instruction set that <see cref="TorchStart"/> selects where cache sizes are hidden.</summary>
    public const string SafeInstructions = "SSE41";

    // CPUID's leaf of an AMD processor's caches; the type 0 marks the end.
    private const int CacheProperties = unchecked((int)0x8000001D);

    /// <summary>True when this is an AMD processor that does not report the sizes of its caches.</summary>
    public static bool CachesAreHidden { get; } = X86Base.IsSupported && IsAmd() && (X86Base.CpuId(CacheProperties, 0).Eax & 0x1f) == 0;

    /// <summary>The instructions that oneDNN is held to, by us or by the environment; null when it may use all.</summary>
    public static string? Limit => Marshal.PtrToStringUTF8(getenv(Variable)) is { Length: > 0 } text ? text : null;

    // "AuthenticAMD", in the order of the registers.
    private static bool IsAmd() => X86Base.CpuId(0, 0) is (_, 0x68747541, 0x444d4163, 0x69746e65);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial IntPtr getenv(string name);
}
