namespace TorchSharp;

public static partial class torch
{
    /// <summary>Gradients of tensors with respect to others.</summary>
    public static unsafe class autograd
    {
        public static IList<Tensor> grad(IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor>? grad_outputs = null, bool retain_graph = false, bool create_graph = false, bool allow_unused = false)
        {
            nint[] roots = Handles(outputs), leaves = Handles(inputs), seeds = Handles(grad_outputs), results = new nint[inputs.Count];
            fixed (nint* root = roots, leaf = leaves, seed = seeds, result = results)
            {
                Native.Check(Native.rt_gradients(root, roots.Length, leaf, leaves.Length, seed, seeds.Length,
                    retain_graph || create_graph ? 1 : 0, create_graph ? 1 : 0, allow_unused ? 1 : 0, result));
            }
            GC.KeepAlive((outputs, inputs, grad_outputs));
            return results.Select(handle => handle == 0 ? null! : new Tensor(handle)).ToArray();
        }

        public static void backward(IList<Tensor> tensors, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null)
        {
            nint[] roots = Handles(tensors), seeds = Handles(grad_tensors), leaves = Handles(inputs);
            fixed (nint* root = roots, seed = seeds, leaf = leaves)
            {
                Native.Check(Native.rt_backward(root, roots.Length, seed, seeds.Length,
                    retain_graph ?? create_graph ? 1 : 0, create_graph ? 1 : 0, leaf, leaves.Length));
            }
            GC.KeepAlive((tensors, grad_tensors, inputs));
        }

        public static void backward(Tensor tensor, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null)
            => backward([tensor], grad_tensors, retain_graph, create_graph, inputs);

        public static void backward(Tensor tensor, Tensor grad_tensor, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null)
            => backward([tensor], [grad_tensor], retain_graph, create_graph, inputs);

        private static nint[] Handles(IList<Tensor>? tensors)
        {
            if (tensors is null) return [];
            var handles = new nint[tensors.Count];
            for (var i = 0; i < handles.Length; i++) handles[i] = tensors[i]?.Handle ?? 0;
            return handles;
        }
    }
}
