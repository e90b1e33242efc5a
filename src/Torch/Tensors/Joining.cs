namespace TorchSharp;

public static partial class torch
{
    public static Tensor cat(IList<Tensor> tensors, long dim = 0) => Aten.cat.Call(Argument.Tensors(tensors), dim);

    public static Tensor concat(IList<Tensor> tensors, long dim = 0) => cat(tensors, dim);

    public static Tensor concatenate(IList<Tensor> tensors, long axis = 0) => cat(tensors, axis);

    public static Tensor stack(IEnumerable<Tensor> tensors, long dim = 0) => Aten.stack.Call(Argument.Tensors(tensors), dim);

    public static Tensor hstack(IList<Tensor> tensors) => Aten.hstack.Call(Argument.Tensors(tensors));

    public static Tensor hstack(params Tensor[] tensors) => Aten.hstack.Call(Argument.Tensors(tensors));

    public static Tensor vstack(IList<Tensor> tensors) => Aten.vstack.Call(Argument.Tensors(tensors));

    public static Tensor[] where(Tensor condition) => Aten.where.CallMany(condition);

    public static Tensor einsum(string equation, params Tensor[] tensors) => Aten.einsum.Call(equation, Argument.Tensors(tensors));

    public static Tensor[] meshgrid(IEnumerable<Tensor> tensors, string indexing = "ij")
        => Aten.meshgrid__indexing.CallMany(Argument.Tensors(tensors), indexing);

    public static Tensor norm(Tensor input) => input.norm();

    public static long numel(Tensor input) => input.numel();

    public static bool is_tensor(object obj) => obj is Tensor;
}
