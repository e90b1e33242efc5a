using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>One position of an index expression as it crosses the border; see native/torch/indexing.cpp.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeIndex
{
    internal int Kind;
    internal int Reserved;
    internal long Start;
    internal long Stop;
    internal long Step;
    internal nint Tensor;
}

internal static unsafe partial class Native
{
    [LibraryImport(Library)]
    internal static partial nint rt_index(nint tensor, NativeIndex* indices, int count);

    [LibraryImport(Library)]
    internal static partial int rt_index_put(nint tensor, NativeIndex* indices, int count, nint value);
}
