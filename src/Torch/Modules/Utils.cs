using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>What is done to the parameters of a module as a whole.</summary>
        public static class utils
        {
            public static double clip_grad_norm_(IEnumerable<Parameter> tensors, double max_norm, double norm_type = 2)
                => Gradients.ClipNorm(tensors, max_norm, norm_type);

            public static void clip_grad_value_(IEnumerable<Parameter> tensors, double clip_value)
                => Gradients.ClipValue(tensors, clip_value);

            public static Tensor parameters_to_vector(IEnumerable<Parameter> tensors)
            {
                using var scope = NewDisposeScope();
                return cat(tensors.Select(tensor => tensor.view(-1)).ToArray()).MoveToOuterDisposeScope();
            }

            public static void vector_to_parameters(Tensor vec, IEnumerable<Parameter> tensors)
            {
                using var scope = NewDisposeScope();
                using var quiet = no_grad();
                long start = 0;
                foreach (var tensor in tensors)
                {
                    tensor.copy_(vec.narrow(0, start, tensor.numel()).view_as(tensor));
                    start += tensor.numel();
                }
            }
        }
    }
}
