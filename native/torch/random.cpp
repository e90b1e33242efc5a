// libtorch's generators and its devices.
#include "shim.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <torch/cuda.h>

#include <mutex>

namespace {

template <typename Body>
auto locked(at::Generator& generator, Body body) {
    std::lock_guard<std::mutex> guard(generator.mutex());
    return body();
}

}  // namespace

RT_API at::Generator* rt_generator(uint64_t seed) {
    RT_GUARD(nullptr, { return new at::Generator(at::detail::createCPUGenerator(seed)); })
}

// The one that operators use when none is named, on the CPU or on a CUDA device.
RT_API at::Generator* rt_default_generator(int deviceType, int index) {
    RT_GUARD(nullptr, {
        return new at::Generator(at::globalContext().defaultGenerator(
            c10::Device(static_cast<c10::DeviceType>(deviceType), static_cast<c10::DeviceIndex>(index))));
    })
}

RT_API void rt_generator_dispose(at::Generator* generator) { delete generator; }

RT_API int rt_generator_seed(at::Generator* generator, uint64_t seed) {
    RT_GUARD(-1, {
        locked(*generator, [&] { generator->set_current_seed(seed); });
        return 0;
    })
}

RT_API int rt_generator_reseed(at::Generator* generator, uint64_t* seed) {
    RT_GUARD(-1, {
        *seed = locked(*generator, [&] { return generator->seed(); });
        return 0;
    })
}

RT_API int rt_generator_current_seed(at::Generator* generator, uint64_t* seed) {
    RT_GUARD(-1, {
        *seed = locked(*generator, [&] { return generator->current_seed(); });
        return 0;
    })
}

RT_API rt::Handle rt_generator_state(at::Generator* generator) {
    RT_GUARD(nullptr, { return rt::wrap(locked(*generator, [&] { return generator->get_state(); })); })
}

RT_API int rt_generator_set_state(at::Generator* generator, rt::Handle state) {
    RT_GUARD(-1, {
        locked(*generator, [&] { generator->set_state(*state); });
        return 0;
    })
}

RT_API int rt_cuda_device_count() {
    RT_GUARD(-1, { return torch::cuda::is_available() ? static_cast<int>(torch::cuda::device_count()) : 0; })
}

RT_API int rt_cuda_seed(uint64_t seed) {
    RT_GUARD(-1, {
        if (torch::cuda::is_available()) torch::cuda::manual_seed_all(seed);
        return 0;
    })
}

RT_API int rt_cuda_synchronize(int device) {
    RT_GUARD(-1, {
        torch::cuda::synchronize(device);
        return 0;
    })
}
