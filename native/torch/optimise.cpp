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
