namespace TorchSharp;

public static partial class torch
{
    /// <summary>Decompositions and solutions of linear systems.</summary>
    public static class linalg
    {
        public static Tensor cholesky(Tensor input) => Aten.linalg_cholesky.Call(input);

        public static Tensor det(Tensor input) => Aten.linalg_det.Call(input);

        public static Tensor inv(Tensor input) => Aten.linalg_inv.Call(input);

        public static Tensor solve(Tensor A, Tensor B, bool left = true) => Aten.linalg_solve.Call(A, B, left);

        public static (Tensor U, Tensor S, Tensor Vh) svd(Tensor input, bool fullMatrices = true) => Aten.linalg_svd.CallTriple(input, fullMatrices);

        public static Tensor svdvals(Tensor input) => Aten.linalg_svdvals.Call(input);

        public static Tensor matrix_exp(Tensor input) => Aten.linalg_matrix_exp.Call(input);
    }

    public static Tensor searchsorted(Tensor sorted_sequence, Tensor values, bool out_int32 = false, bool right = false, Tensor? sorter = null)
        => Aten.searchsorted__Tensor.Call(sorted_sequence, values, out_int32, right, Argument.None, sorter);

    public static Tensor bincount(Tensor input, Tensor? weights = null, long minlength = 0) => Aten.bincount.Call(input, weights, minlength);
}
