// Steps of optimisers and operations on all gradients at once: one call instead of thousands.
#include "shim.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <cmath>
#include <limits>
#include <vector>

using rt::Handle;

namespace {

std::vector<at::Tensor> gradients(const Handle* tensors, int count) {
    std::vector<at::Tensor> grads;
    for (int i = 0; i < count; i++) {
        if (tensors[i]->grad().defined()) grads.push_back(tensors[i]->grad());
    }
    return grads;
}

}  // namespace

// As torch.nn.utils.clip_grad_norm_: scales by max / (norm + 1e-6) where that is below one.
RT_API int rt_clip_grad_norm(const Handle* tensors, int count, double maximum, double order, double* total) {
    RT_GUARD(-1, {
        c10::NoGradGuard quiet;
        auto grads = gradients(tensors, count);
        *total = 0;
        if (grads.empty()) return 0;
        std::vector<at::Tensor> norms;
        norms.reserve(grads.size());
        for (const auto& grad : grads) {
            norms.push_back(std::isinf(order) ? grad.abs().max() : grad.norm(order));
        }
        auto stacked = at::stack(norms);
        *total = (std::isinf(order) ? stacked.max() : stacked.norm(order)).item<double>();
        auto factor = maximum / (*total + 1e-6);
        if (factor < 1) {
            for (auto& grad : grads) grad.mul_(factor);
        }
        return 0;
    })
}

RT_API int rt_clip_grad_value(const Handle* tensors, int count, double bound) {
    RT_GUARD(-1, {
        c10::NoGradGuard quiet;
        for (auto& grad : gradients(tensors, count)) grad.clamp_(-bound, bound);
        return 0;
    })
}

// One step of Adam (Kingma & Ba 2015) or, with decoupled decay, AdamW (Loshchilov & Hutter 2019) for every parameter
// that has a gradient; `steps` is counted up for those. Where maxima are given the step is AMSGrad's.
RT_API int rt_adam(const Handle* parameters, const Handle* averages, const Handle* squares, const Handle* maxima, int64_t* steps,
                   int count, double rate, double beta1, double beta2, double epsilon, double decay, int decoupled, int maximise) {
    RT_GUARD(-1, {
        c10::NoGradGuard quiet;
        for (int i = 0; i < count; i++) {
            auto& parameter = *parameters[i];
            auto grad = parameter.grad();
            if (!grad.defined()) continue;
            if (maximise) grad = grad.neg();
            auto step = static_cast<double>(++steps[i]);
            auto correction1 = 1 - std::pow(beta1, step);
            auto correction2 = 1 - std::pow(beta2, step);
            if (decay != 0 && decoupled) parameter.mul_(1 - rate * decay);
            if (decay != 0 && !decoupled) grad = grad.add(parameter, decay);
            averages[i]->mul_(beta1).add_(grad, 1 - beta1);
            squares[i]->mul_(beta2).addcmul_(grad, grad, 1 - beta2);
            if (maxima) at::maximum_out(*maxima[i], *maxima[i], *squares[i]);
            auto denominator = (maxima ? maxima[i] : squares[i])->sqrt().div_(std::sqrt(correction2)).add_(epsilon);
            parameter.addcdiv_(*averages[i], denominator, -rate / correction1);
        }
        return 0;
    })
}

// One step of gradient descent; `buffers` (or nullptr without momentum) are filled at a parameter's first step.
RT_API int rt_sgd(const Handle* parameters, const Handle* buffers, uint8_t* started, int count, double rate, double momentum,
                  double dampening, double decay, int nesterov, int maximise) {
    RT_GUARD(-1, {
        c10::NoGradGuard quiet;
        for (int i = 0; i < count; i++) {
            auto& parameter = *parameters[i];
            auto grad = parameter.grad();
            if (!grad.defined()) continue;
            if (decay != 0) grad = grad.add(parameter, decay);
            if (momentum != 0) {
                auto& buffer = *buffers[i];
                if (started[i]) {
                    buffer.mul_(momentum).add_(grad, 1 - dampening);
                } else {
                    buffer.copy_(grad);
                    started[i] = 1;
                }
                grad = nesterov ? grad.add(buffer, momentum) : buffer;
            }
            parameter.add_(grad, maximise ? rate : -rate);
        }
        return 0;
    })
}
