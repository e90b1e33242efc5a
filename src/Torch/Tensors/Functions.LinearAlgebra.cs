namespace TorchSharp;

public static partial class torch
{
    public static Tensor matmul(Tensor input, Tensor target)
        => input.matmul(target);

    public static Tensor mm(Tensor input, Tensor target)
        => input.mm(target);

    public static Tensor mv(Tensor input, Tensor target)
        => input.mv(target);

    public static Tensor bmm(Tensor input, Tensor batch2)
        => input.bmm(batch2);

    public static Tensor dot(Tensor input, Tensor other)
        => input.dot(other);

    public static Tensor outer(Tensor input, Tensor vec2)
        => input.outer(vec2);

    public static Tensor addmm(Tensor input, Tensor mat1, Tensor mat2, float beta, float alpha)
        => input.addmm(mat1, mat2, beta, alpha);

    public static Tensor addmv(Tensor input, Tensor mat1, Tensor mat2, float beta, float alpha)
        => input.addmv(mat1, mat2, beta, alpha);

    public static Tensor baddbmm(Tensor input, Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1)
        => input.baddbmm(batch1, batch2, beta, alpha);

    public static Tensor det(Tensor input)
        => input.det();

    public static Tensor logdet(Tensor input)
        => input.logdet();

    public static Tensor inverse(Tensor input)
        => input.inverse();

    public static Tensor trace(Tensor input)
        => input.trace();

    public static Tensor diag(Tensor input, long diagonal = 0)
        => input.diag(diagonal);

    public static Tensor diag_embed(Tensor input, long offset = 0, long dim1 = -2, long dim2 = -1)
        => input.diag_embed(offset, dim1, dim2);

    public static Tensor diagonal(Tensor input, long offset = 0, long dim1 = 0, long dim2 = 1)
        => input.diagonal(offset, dim1, dim2);

    public static Tensor tril(Tensor input, long diagonal = 0)
        => input.tril(diagonal);

    public static Tensor triu(Tensor input, long diagonal = 0)
        => input.triu(diagonal);

    public static Tensor t(Tensor input)
        => input.t();
}
