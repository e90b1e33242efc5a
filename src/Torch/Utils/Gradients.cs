using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>What is done to the gradients of many parameters at once, in one call across the border.</summary>
internal static unsafe class Gradients
{
    internal static void Zero(IEnumerable<Tensor> parameters, bool setToNone)
    {
        var list = parameters as Tensor[] ?? parameters.ToArray();
        var handles = Handles(list);
        fixed (nint* first = handles) Native.Check(Native.rt_zero_grads(first, handles.Length, setToNone ? 1 : 0));
        GC.KeepAlive(list);
    }

    internal static double ClipNorm(IEnumerable<Tensor> parameters, double maximum, double order)
    {
        var list = parameters as Tensor[] ?? parameters.ToArray();
        var handles = Handles(list);
        double total;
        fixed (nint* first = handles) Native.Check(Native.rt_clip_grad_norm(first, handles.Length, maximum, order, &total));
        GC.KeepAlive(list);
        return total;
    }

    internal static void ClipValue(IEnumerable<Tensor> parameters, double bound)
    {
        var list = parameters as Tensor[] ?? parameters.ToArray();
        var handles = Handles(list);
        fixed (nint* first = handles) Native.Check(Native.rt_clip_grad_value(first, handles.Length, bound));
        GC.KeepAlive(list);
    }

    internal static nint[] Handles(IReadOnlyList<Tensor> tensors)
    {
        var handles = new nint[tensors.Count];
        for (var i = 0; i < handles.Length; i++) handles[i] = tensors[i].Handle;
        return handles;
    }
}
