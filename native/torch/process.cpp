// What concerns the whole process: errors, malloc, threads, live handles.
#include "shim.h"

#include <ATen/Parallel.h>
#include <c10/util/Exception.h>
#include <dlfcn.h>
#include <malloc.h>

#include <atomic>
#include <cstdlib>
#include <string>

namespace {

thread_local std::string lastError;
std::atomic<int64_t> liveTensors{0};

// OpenBLAS with pthreads does not listen to at::set_num_threads.
void setBlasThreads(int count) {
    using Setter = void (*)(int);
    if (auto setter = reinterpret_cast<Setter>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads"))) setter(count);
}

// glibc hands large blocks back to the kernel at once and fetches them again at the next step of training.
void tuneMalloc() {
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, 0x7fffffff);
    mallopt(M_TOP_PAD, 64 << 20);
}

// Two threads collapse by 10 to 60 times on a loaded machine, so that more than one has to be asked for.
__attribute__((constructor)) void prepareProcess() {
    tuneMalloc();
    if (!std::getenv("OMP_NUM_THREADS")) {
        at::set_num_threads(1);
        setBlasThreads(1);
    }
}

}  // namespace

namespace rt {

void remember(const char* message) noexcept { lastError = message; }

void remember(const std::exception& error) noexcept {
    // c10's what() drags a C++ backtrace along; the message alone says what was wrong.
    if (auto own = dynamic_cast<const c10::Error*>(&error)) {
        lastError = own->what_without_backtrace();
    } else {
        lastError = error.what();
    }
}

Handle wrap(at::Tensor tensor) {
    auto handle = new at::Tensor(std::move(tensor));
    liveTensors.fetch_add(1, std::memory_order_relaxed);
    return handle;
}

void release(Handle tensor) noexcept {
    if (!tensor) return;
    delete tensor;
    liveTensors.fetch_sub(1, std::memory_order_relaxed);
}

}  // namespace rt

RT_API const char* rt_last_error() { return lastError.c_str(); }

RT_API int64_t rt_live_tensors() { return liveTensors.load(std::memory_order_relaxed); }

RT_API int rt_set_num_threads(int count) {
    RT_GUARD(-1, {
        at::set_num_threads(count);
        setBlasThreads(count);
        return 0;
    })
}

RT_API int rt_get_num_threads() { return at::get_num_threads(); }

RT_API int rt_set_num_interop_threads(int count) {
    RT_GUARD(-1, {
        at::set_num_interop_threads(count);
        return 0;
    })
}

RT_API int rt_get_num_interop_threads() { return at::get_num_interop_threads(); }

RT_API void rt_dispose(rt::Handle tensor) { rt::release(tensor); }
