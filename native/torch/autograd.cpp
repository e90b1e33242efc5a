// Gradients: what the dispatcher does not offer as operators.
#include "shim.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/variable.h>

using rt::Handle;

namespace {

torch::autograd::variable_list list(const Handle* handles, int count) {
    torch::autograd::variable_list tensors;
    tensors.reserve(count);
    for (int i = 0; i < count; i++) tensors.push_back(handles[i] ? *handles[i] : at::Tensor());
    return tensors;
}

c10::optional<bool> retain(int flag) { return flag < 0 ? c10::optional<bool>() : c10::optional<bool>(flag != 0); }

}  // namespace

RT_API int rt_requires_grad(Handle tensor) {
    RT_GUARD(-1, { return tensor->requires_grad(); })
}

RT_API int rt_set_requires_grad(Handle tensor, int value) {
    RT_GUARD(-1, {
        tensor->requires_grad_(value != 0);
        return 0;
    })
}

RT_API int rt_is_leaf(Handle tensor) {
    RT_GUARD(-1, { return tensor->is_leaf(); })
}

RT_API int rt_retain_grad(Handle tensor) {
    RT_GUARD(-1, {
        tensor->retain_grad();
        return 0;
    })
}

// Writes nullptr when there is no gradient.
RT_API int rt_grad(Handle tensor, Handle* out) {
    RT_GUARD(-1, {
        const auto& grad = tensor->grad();
        *out = grad.defined() ? rt::wrap(grad) : nullptr;
        return 0;
    })
}

RT_API int rt_set_grad(Handle tensor, Handle grad) {
    RT_GUARD(-1, {
        tensor->mutable_grad() = grad ? *grad : at::Tensor();
        return 0;
    })
}

RT_API int rt_zero_grads(const Handle* tensors, int count, int setToNone) {
    RT_GUARD(-1, {
        for (int i = 0; i < count; i++) {
            auto& grad = tensors[i]->mutable_grad();
            if (!grad.defined()) continue;
            if (setToNone) {
                grad = at::Tensor();
            } else {
                grad.detach_();
                grad.zero_();
            }
        }
        return 0;
    })
}

RT_API int rt_backward(const Handle* roots, int rootCount, const Handle* grads, int gradCount, int retainGraph,
                       int createGraph, const Handle* inputs, int inputCount) {
    RT_GUARD(-1, {
        torch::autograd::backward(list(roots, rootCount), list(grads, gradCount), retain(retainGraph), createGraph != 0,
                                  list(inputs, inputCount));
        return 0;
    })
}

RT_API int rt_gradients(const Handle* outputs, int outputCount, const Handle* inputs, int inputCount, const Handle* grads,
                        int gradCount, int retainGraph, int createGraph, int allowUnused, Handle* out) {
    RT_GUARD(-1, {
        auto results = torch::autograd::grad(list(outputs, outputCount), list(inputs, inputCount), list(grads, gradCount),
                                             retain(retainGraph), createGraph != 0, allowUnused != 0);
        for (size_t i = 0; i < results.size(); i++) out[i] = results[i].defined() ? rt::wrap(results[i]) : nullptr;
        return static_cast<int>(results.size());
    })
}

RT_API int rt_grad_mode() { return c10::GradMode::is_enabled(); }

RT_API void rt_set_grad_mode(int enabled) { c10::GradMode::set_enabled(enabled != 0); }

RT_API c10::InferenceMode* rt_inference_mode_enter(int enabled) {
    RT_GUARD(nullptr, { return new c10::InferenceMode(enabled != 0); })
}

RT_API void rt_inference_mode_leave(c10::InferenceMode* guard) { delete guard; }

RT_API int rt_inference_mode() { return c10::InferenceMode::is_enabled(); }
