namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor add(Tensor target)
            => Aten.add__Tensor.Call(this, target);

        public Tensor add(Tensor target, Scalar alpha)
            => Aten.add__Tensor.Call(this, target, alpha);

        public Tensor add(Scalar scalar)
            => Aten.add__Scalar.Call(this, scalar);

        public Tensor add(Scalar scalar, Scalar alpha)
            => Aten.add__Scalar.Call(this, scalar, alpha);

        public Tensor add_(Tensor target)
            => Aten.add___Tensor.Write(this, target);

        public Tensor add_(Tensor target, Scalar alpha)
            => Aten.add___Tensor.Write(this, target, alpha);

        public Tensor add_(Scalar scalar)
            => Aten.add___Scalar.Write(this, scalar);

        public Tensor add_(Scalar scalar, Scalar alpha)
            => Aten.add___Scalar.Write(this, scalar, alpha);

        public Tensor sub(Tensor target)
            => Aten.sub__Tensor.Call(this, target);

        public Tensor sub(Scalar target)
            => Aten.sub__Scalar.Call(this, target);

        public Tensor sub_(Tensor target)
            => Aten.sub___Tensor.Write(this, target);

        public Tensor sub_(Scalar target)
            => Aten.sub___Scalar.Write(this, target);

        public Tensor subtract(Tensor target)
            => sub(target);

        public Tensor subtract(Scalar target)
            => sub(target);

        public Tensor mul(Tensor target)
            => Aten.mul__Tensor.Call(this, target);

        public Tensor mul(Scalar target)
            => Aten.mul__Scalar.Call(this, target);

        public Tensor mul_(Tensor target)
            => Aten.mul___Tensor.Write(this, target);

        public Tensor mul_(Scalar target)
            => Aten.mul___Scalar.Write(this, target);

        public Tensor multiply(Tensor target)
            => mul(target);

        public Tensor multiply(Scalar target)
            => mul(target);

        public Tensor div(Tensor target, RoundingMode rounding_mode = RoundingMode.None)
            => rounding_mode == RoundingMode.None ? Aten.div__Tensor.Call(this, target) : Aten.div__Tensor_mode.Call(this, target, rounding_mode.ToString());

        public Tensor div(Scalar target, RoundingMode rounding_mode = RoundingMode.None)
            => rounding_mode == RoundingMode.None ? Aten.div__Scalar.Call(this, target) : Aten.div__Scalar_mode.Call(this, target, rounding_mode.ToString());

        public Tensor div_(Tensor target, RoundingMode rounding_mode = RoundingMode.None)
            => rounding_mode == RoundingMode.None ? Aten.div___Tensor.Write(this, target) : Aten.div___Tensor_mode.Write(this, target, rounding_mode.ToString());

        public Tensor div_(Scalar target, RoundingMode rounding_mode = RoundingMode.None)
            => rounding_mode == RoundingMode.None ? Aten.div___Scalar.Write(this, target) : Aten.div___Scalar_mode.Write(this, target, rounding_mode.ToString());

        public Tensor divide(Tensor target, RoundingMode rounding_mode = RoundingMode.None)
            => div(target, rounding_mode);

        public Tensor divide(Scalar target, RoundingMode rounding_mode = RoundingMode.None)
            => div(target, rounding_mode);

        public Tensor true_divide(Tensor other)
            => div(other);

        public Tensor floor_divide(Tensor other)
            => Aten.floor_divide.Call(this, other);

        public Tensor floor_divide(Scalar other)
            => Aten.floor_divide__Scalar.Call(this, other);

        public Tensor fmod(Tensor target)
            => Aten.fmod__Tensor.Call(this, target);

        public Tensor fmod(Scalar scalar)
            => Aten.fmod__Scalar.Call(this, scalar);

        public Tensor remainder(Tensor target)
            => Aten.remainder__Tensor.Call(this, target);

        public Tensor remainder(Scalar scalar)
            => Aten.remainder__Scalar.Call(this, scalar);

        public Tensor remainder_(Tensor target)
            => Aten.remainder___Tensor.Write(this, target);

        public Tensor remainder_(Scalar scalar)
            => Aten.remainder___Scalar.Write(this, scalar);

        public Tensor pow(Tensor exponent)
            => Aten.pow__Tensor_Tensor.Call(this, exponent);

        public Tensor pow(Scalar exponent)
            => Aten.pow__Tensor_Scalar.Call(this, exponent);

        public Tensor pow_(Tensor exponent)
            => Aten.pow___Tensor.Write(this, exponent);

        public Tensor pow_(Scalar exponent)
            => Aten.pow___Scalar.Write(this, exponent);

        public Tensor atan2(Tensor other)
            => Aten.atan2.Call(this, other);

        public Tensor atan2_(Tensor other)
            => Aten.atan2_.Write(this, other);

        public Tensor hypot(Tensor other)
            => Aten.hypot.Call(this, other);

        public Tensor maximum(Tensor other)
            => Aten.maximum.Call(this, other);

        public Tensor minimum(Tensor other)
            => Aten.minimum.Call(this, other);

        public Tensor fmax(Tensor other)
            => Aten.fmax.Call(this, other);

        public Tensor fmin(Tensor other)
            => Aten.fmin.Call(this, other);

        public Tensor logaddexp(Tensor other)
            => Aten.logaddexp.Call(this, other);

        public Tensor lerp(Tensor end, Tensor weight)
            => Aten.lerp__Tensor.Call(this, end, weight);

        public Tensor lerp_(Tensor end, Tensor weight)
            => Aten.lerp___Tensor.Write(this, end, weight);

        public Tensor addcmul(Tensor tensor1, Tensor tensor2, Scalar value)
            => Aten.addcmul.Call(this, tensor1, tensor2, value);

        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value)
            => Aten.addcmul_.Write(this, tensor1, tensor2, value);

        public Tensor addcdiv(Tensor tensor1, Tensor tensor2, Scalar value)
            => Aten.addcdiv.Call(this, tensor1, tensor2, value);

        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value)
            => Aten.addcdiv_.Write(this, tensor1, tensor2, value);

        public Tensor addcdiv(Tensor tensor1, Tensor tensor2)
            => Aten.addcdiv.Call(this, tensor1, tensor2);

        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2)
            => Aten.addcdiv_.Write(this, tensor1, tensor2);

        public Tensor fill_(Scalar value)
            => Aten.fill___Scalar.Write(this, value);

        public Tensor zero_()
            => Aten.zero_.Write(this);

        public Tensor copy_(Tensor source, bool nonBlocking = false)
            => Aten.copy_.Write(this, source, nonBlocking);
    }
}
