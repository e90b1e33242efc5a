namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor eq(Tensor target)
            => Aten.eq__Tensor.Call(this, target);

        public Tensor eq(Scalar target)
            => Aten.eq__Scalar.Call(this, target);

        public Tensor ne(Tensor target)
            => Aten.ne__Tensor.Call(this, target);

        public Tensor ne(Scalar target)
            => Aten.ne__Scalar.Call(this, target);

        public Tensor lt(Tensor target)
            => Aten.lt__Tensor.Call(this, target);

        public Tensor lt(Scalar target)
            => Aten.lt__Scalar.Call(this, target);

        public Tensor le(Tensor target)
            => Aten.le__Tensor.Call(this, target);

        public Tensor le(Scalar target)
            => Aten.le__Scalar.Call(this, target);

        public Tensor gt(Tensor target)
            => Aten.gt__Tensor.Call(this, target);

        public Tensor gt(Scalar target)
            => Aten.gt__Scalar.Call(this, target);

        public Tensor ge(Tensor target)
            => Aten.ge__Tensor.Call(this, target);

        public Tensor ge(Scalar target)
            => Aten.ge__Scalar.Call(this, target);

        public Tensor greater(Tensor target)
            => gt(target);

        public Tensor greater_equal(Tensor target)
            => ge(target);

        public Tensor less(Tensor target)
            => lt(target);

        public Tensor less_equal(Tensor target)
            => le(target);

        public Tensor not_equal(Tensor target)
            => ne(target);

        public Tensor isclose(Tensor other, double rtol = 1E-05, double atol = 1E-08, bool nanEqual = false)
            => Aten.isclose.Call(this, other, rtol, atol, nanEqual);

        public bool allclose(Tensor target, double rtol = 1E-05, double atol = 1E-08, bool equal_nan = false)
            => Aten.allclose.CallBool(this, target, rtol, atol, equal_nan);

        public Tensor logical_and(Tensor other)
            => Aten.logical_and.Call(this, other);

        public Tensor logical_or(Tensor other)
            => Aten.logical_or.Call(this, other);

        public Tensor logical_xor(Tensor other)
            => Aten.logical_xor.Call(this, other);

        public Tensor logical_and_(Tensor other)
            => Aten.logical_and_.Write(this, other);

        public Tensor logical_or_(Tensor other)
            => Aten.logical_or_.Write(this, other);

        public Tensor bitwise_and(Tensor other)
            => Aten.bitwise_and__Tensor.Call(this, other);

        public Tensor bitwise_or(Tensor other)
            => Aten.bitwise_or__Tensor.Call(this, other);

        public Tensor bitwise_xor(Tensor other)
            => Aten.bitwise_xor__Tensor.Call(this, other);

        public Tensor where(Tensor condition, Tensor y)
            => Aten.where__self.Call(condition, this, y);
    }
}
