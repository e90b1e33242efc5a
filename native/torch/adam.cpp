// Adam's step in one pass over memory. In the processor's memory it rounds exactly as the tensor operators in stepTensors
// do (a multiply-add where those use one), which is tested; elsewhere those operators do the work.
#include "shim.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <cmath>

using rt::Handle;

#if defined(__x86_64__)
#define RT_CLONES __attribute__((target_clones("avx512f", "fma", "default"), noinline))
#else
#define RT_CLONES __attribute__((noinline))
#endif

namespace {

struct Rates {
    double rate, beta1, beta2, epsilon, decay;
    bool decoupled, maximise;
};

template <typename T>
struct Factors {
    T keep1, take1, keep2, take2, correction, epsilon, step, shrink, decay, sign;

    Factors(const Rates& rates, int64_t step)
        : keep1(rates.beta1), take1(1 - rates.beta1), keep2(rates.beta2), take2(1 - rates.beta2),
          correction(std::sqrt(1 - std::pow(rates.beta2, step))), epsilon(rates.epsilon),
          step(-rates.rate / (1 - std::pow(rates.beta1, step))),
          shrink(rates.decoupled && rates.decay != 0 ? 1 - rates.rate * rates.decay : 1),
          decay(rates.decoupled ? 0 : rates.decay), sign(rates.maximise ? -1 : 1) {}
};

// A macro, not a template: the compiler makes no clones of templates for other processors.
#define RT_STEP_PACKED(T, FMA)                                                                                      \
    RT_CLONES void stepPacked(T* __restrict parameter, const T* __restrict grad, T* __restrict average,             \
                              T* __restrict square, int64_t count, Factors<T> f) {                                  \
        for (int64_t i = 0; i < count; i++) {                                                                       \
            T p = parameter[i] * f.shrink;                                                                          \
            T g = FMA(p, f.decay, f.sign * grad[i]);                                                                \
            T m = FMA(g, f.take1, average[i] * f.keep1);                                                            \
            T v = FMA(f.take2 * g, g, square[i] * f.keep2);                                                         \
            average[i] = m;                                                                                         \
            square[i] = v;                                                                                          \
            parameter[i] = p + (f.step * m) / (std::sqrt(v) / f.correction + f.epsilon);                            \
        }                                                                                                           \
    }

RT_STEP_PACKED(float, __builtin_fmaf)
RT_STEP_PACKED(double, __builtin_fma)

void stepTensors(at::Tensor& parameter, at::Tensor grad, at::Tensor& average, at::Tensor& square, at::Tensor* maximum,
                 int64_t step, const Rates& rates) {
    auto correction1 = 1 - std::pow(rates.beta1, step);
    auto correction2 = 1 - std::pow(rates.beta2, step);
    if (rates.maximise) grad = grad.neg();
    if (rates.decay != 0 && rates.decoupled) parameter.mul_(1 - rates.rate * rates.decay);
    if (rates.decay != 0 && !rates.decoupled) grad = grad.add(parameter, rates.decay);
    average.mul_(rates.beta1).add_(grad, 1 - rates.beta1);
    square.mul_(rates.beta2).addcmul_(grad, grad, 1 - rates.beta2);
    if (maximum) at::maximum_out(*maximum, *maximum, square);
    auto denominator = (maximum ? *maximum : square).sqrt().div_(std::sqrt(correction2)).add_(rates.epsilon);
    parameter.addcdiv_(average, denominator, -rates.rate / correction1);
}

bool packed(const at::Tensor& tensor, at::ScalarType type) {
    return tensor.device().is_cpu() && tensor.scalar_type() == type && tensor.is_contiguous() && tensor.layout() == at::kStrided;
}

template <typename T>
bool tryPacked(at::ScalarType type, at::Tensor& parameter, const at::Tensor& grad, at::Tensor& average, at::Tensor& square,
               int64_t step, const Rates& rates) {
    if (!packed(parameter, type) || !packed(grad, type) || !packed(average, type) || !packed(square, type)) return false;
    stepPacked(parameter.data_ptr<T>(), grad.data_ptr<T>(), average.data_ptr<T>(), square.data_ptr<T>(), parameter.numel(),
                  Factors<T>(rates, step));
    // What else looks at the parameter must see that it has changed.
    parameter.unsafeGetTensorImpl()->bump_version();
    return true;
}

}  // namespace

// One step of Adam (Kingma & Ba 2015) or, with decoupled decay, AdamW (Loshchilov & Hutter 2019) for every parameter
// that has a gradient; `steps` is counted up for those. Where maxima are given the step is AMSGrad's.
RT_API int rt_adam(const Handle* parameters, const Handle* averages, const Handle* squares, const Handle* maxima, int64_t* steps,
                   int count, double rate, double beta1, double beta2, double epsilon, double decay, int decoupled, int maximise) {
    RT_GUARD(-1, {
        c10::NoGradGuard quiet;
        Rates rates{rate, beta1, beta2, epsilon, decay, decoupled != 0, maximise != 0};
        for (int i = 0; i < count; i++) {
            auto& parameter = *parameters[i];
            auto grad = parameter.grad();
            if (!grad.defined()) continue;
            auto step = ++steps[i];
            if (!maxima && (tryPacked<float>(at::kFloat, parameter, grad, *averages[i], *squares[i], step, rates) ||
                            tryPacked<double>(at::kDouble, parameter, grad, *averages[i], *squares[i], step, rates))) continue;
            stepTensors(parameter, grad, *averages[i], *squares[i], maxima ? maxima[i] : nullptr, step, rates);
        }
        return 0;
    })
}
