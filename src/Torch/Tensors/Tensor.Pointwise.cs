namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor abs()
            => Aten.abs.Call(this);

        public Tensor abs_()
            => Aten.abs_.Write(this);

        public Tensor acos()
            => Aten.acos.Call(this);

        public Tensor acos_()
            => Aten.acos_.Write(this);

        public Tensor asin()
            => Aten.asin.Call(this);

        public Tensor asin_()
            => Aten.asin_.Write(this);

        public Tensor atan()
            => Aten.atan.Call(this);

        public Tensor atan_()
            => Aten.atan_.Write(this);

        public Tensor sinh()
            => Aten.sinh.Call(this);

        public Tensor sinh_()
            => Aten.sinh_.Write(this);

        public Tensor cosh()
            => Aten.cosh.Call(this);

        public Tensor cosh_()
            => Aten.cosh_.Write(this);

        public Tensor asinh()
            => Aten.asinh.Call(this);

        public Tensor asinh_()
            => Aten.asinh_.Write(this);

        public Tensor acosh()
            => Aten.acosh.Call(this);

        public Tensor acosh_()
            => Aten.acosh_.Write(this);

        public Tensor atanh()
            => Aten.atanh.Call(this);

        public Tensor atanh_()
            => Aten.atanh_.Write(this);

        public Tensor ceil()
            => Aten.ceil.Call(this);

        public Tensor ceil_()
            => Aten.ceil_.Write(this);

        public Tensor cos()
            => Aten.cos.Call(this);

        public Tensor cos_()
            => Aten.cos_.Write(this);

        public Tensor erf()
            => Aten.erf.Call(this);

        public Tensor erf_()
            => Aten.erf_.Write(this);

        public Tensor erfc()
            => Aten.erfc.Call(this);

        public Tensor erfc_()
            => Aten.erfc_.Write(this);

        public Tensor erfinv()
            => Aten.erfinv.Call(this);

        public Tensor erfinv_()
            => Aten.erfinv_.Write(this);

        public Tensor exp()
            => Aten.exp.Call(this);

        public Tensor exp_()
            => Aten.exp_.Write(this);

        public Tensor expm1()
            => Aten.expm1.Call(this);

        public Tensor expm1_()
            => Aten.expm1_.Write(this);

        public Tensor floor()
            => Aten.floor.Call(this);

        public Tensor floor_()
            => Aten.floor_.Write(this);

        public Tensor frac()
            => Aten.frac.Call(this);

        public Tensor frac_()
            => Aten.frac_.Write(this);

        public Tensor log()
            => Aten.log.Call(this);

        public Tensor log_()
            => Aten.log_.Write(this);

        public Tensor log10()
            => Aten.log10.Call(this);

        public Tensor log10_()
            => Aten.log10_.Write(this);

        public Tensor log1p()
            => Aten.log1p.Call(this);

        public Tensor log1p_()
            => Aten.log1p_.Write(this);

        public Tensor log2()
            => Aten.log2.Call(this);

        public Tensor log2_()
            => Aten.log2_.Write(this);

        public Tensor neg()
            => Aten.neg.Call(this);

        public Tensor neg_()
            => Aten.neg_.Write(this);

        public Tensor reciprocal()
            => Aten.reciprocal.Call(this);

        public Tensor reciprocal_()
            => Aten.reciprocal_.Write(this);

        public Tensor rsqrt()
            => Aten.rsqrt.Call(this);

        public Tensor rsqrt_()
            => Aten.rsqrt_.Write(this);

        public Tensor sgn()
            => Aten.sgn.Call(this);

        public Tensor sgn_()
            => Aten.sgn_.Write(this);

        public Tensor sigmoid()
            => Aten.sigmoid.Call(this);

        public Tensor sigmoid_()
            => Aten.sigmoid_.Write(this);

        public Tensor sign()
            => Aten.sign.Call(this);

        public Tensor sign_()
            => Aten.sign_.Write(this);

        public Tensor sin()
            => Aten.sin.Call(this);

        public Tensor sin_()
            => Aten.sin_.Write(this);

        public Tensor sqrt()
            => Aten.sqrt.Call(this);

        public Tensor sqrt_()
            => Aten.sqrt_.Write(this);

        public Tensor tan()
            => Aten.tan.Call(this);

        public Tensor tan_()
            => Aten.tan_.Write(this);

        public Tensor tanh()
            => Aten.tanh.Call(this);

        public Tensor tanh_()
            => Aten.tanh_.Write(this);

        public Tensor trunc()
            => Aten.trunc.Call(this);

        public Tensor trunc_()
            => Aten.trunc_.Write(this);

        public Tensor exp2()
            => Aten.exp2.Call(this);

        public Tensor square()
            => Aten.square.Call(this);

        public Tensor absolute()
            => abs();

        public Tensor negative()
            => neg();

        public Tensor positive()
            => alias();

        public Tensor isfinite()
            => Aten.isfinite.Call(this);

        public Tensor isinf()
            => Aten.isinf.Call(this);

        public Tensor isnan()
            => Aten.isnan.Call(this);

        public Tensor round(long decimals = 0)
            => decimals == 0 ? Aten.round.Call(this) : Aten.round__decimals.Call(this, decimals);

        public Tensor round_(long decimals = 0)
            => decimals == 0 ? Aten.round_.Write(this) : Aten.round___decimals.Write(this, decimals);

        public Tensor relu()
            => Aten.relu.Call(this);

        public Tensor relu_()
            => Aten.relu_.Write(this);

        public Tensor relu6()
            => Aten.relu6.Call(this);

        public Tensor relu6_()
            => Aten.relu6_.Write(this);

        public Tensor silu()
            => Aten.silu.Call(this);

        public Tensor silu_()
            => Aten.silu_.Write(this);

        public Tensor selu()
            => Aten.selu.Call(this);

        public Tensor selu_()
            => Aten.selu_.Write(this);

        public Tensor hardsigmoid()
            => Aten.hardsigmoid.Call(this);

        public Tensor hardsigmoid_()
            => Aten.hardsigmoid_.Write(this);

        public Tensor hardswish()
            => Aten.hardswish.Call(this);

        public Tensor hardswish_()
            => Aten.hardswish_.Write(this);

        public Tensor gelu()
            => Aten.gelu.Call(this);

        public Tensor log_sigmoid()
            => Aten.log_sigmoid.Call(this);

        public Tensor logit(double? eps = null)
            => Aten.logit.Call(this, eps);

        public Tensor elu(double alpha = 1)
            => Aten.elu.Call(this, alpha);

        public Tensor elu_(double alpha = 1)
            => Aten.elu_.Write(this, alpha);

        public Tensor leaky_relu(Scalar negative_slope)
            => Aten.leaky_relu.Call(this, negative_slope);

        public Tensor leaky_relu_(Scalar negative_slope)
            => Aten.leaky_relu_.Write(this, negative_slope);

        public Tensor softplus(double beta = 1, double threshold = 20)
            => Aten.softplus.Call(this, beta, threshold);

        public Tensor softmax(long dim, ScalarType? dtype = null)
            => Aten.softmax__int.Call(this, dim, dtype);

        public Tensor log_softmax(long dim, ScalarType? dtype = null)
            => Aten.log_softmax__int.Call(this, dim, dtype);

        public Tensor glu(long dim = -1)
            => Aten.glu.Call(this, dim);

        public Tensor clamp(Scalar? min = null, Scalar? max = null)
            => Aten.clamp.Call(this, min, max);

        public Tensor clamp(Tensor? min = null, Tensor? max = null)
            => Aten.clamp__Tensor.Call(this, min, max);

        public Tensor clamp_(Scalar? min = null, Scalar? max = null)
            => Aten.clamp_.Write(this, min, max);

        public Tensor clamp_(Tensor? min = null, Tensor? max = null)
            => Aten.clamp___Tensor.Write(this, min, max);

        public Tensor clip(Scalar? min = null, Scalar? max = null)
            => clamp(min, max);

        public Tensor clamp_max(Scalar max)
            => Aten.clamp_max.Call(this, max);

        public Tensor clamp_max_(Scalar max)
            => Aten.clamp_max_.Write(this, max);

        public Tensor clamp_min(Scalar min)
            => Aten.clamp_min.Call(this, min);

        public Tensor clamp_min_(Scalar min)
            => Aten.clamp_min_.Write(this, min);

        public Tensor nan_to_num(double nan = 0, double? posinf = null, double? neginf = null)
            => Aten.nan_to_num.Call(this, nan, posinf, neginf);

        public Tensor logical_not()
            => Aten.logical_not.Call(this);

        public Tensor logical_not_()
            => Aten.logical_not_.Write(this);

        public Tensor bitwise_not()
            => Aten.bitwise_not.Call(this);

        public Tensor bitwise_not_()
            => Aten.bitwise_not_.Write(this);
    }
}
