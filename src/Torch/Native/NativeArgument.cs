using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>The kinds of argument that the shim's dispatcher takes; the numbers are those of native/torch/dispatch.cpp.</summary>
internal enum ArgumentKind
{
    None, Tensor, Int, Double, Bool, IntList, DoubleList, TensorList, OptionalTensorList, String, Device, Generator, Default,
}

/// <summary>An argument as it crosses the border: 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeArgument
{
    internal int Kind;
    internal int Count;
    internal long Bits;
}
