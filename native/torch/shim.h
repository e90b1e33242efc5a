// What every file of the shim shares: the border's conventions.
// Every exported function returns a handle, a count or zero; on failure nullptr or -1, and the text is in rt_last_error().
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <exception>

#define RT_API extern "C" __attribute__((visibility("default")))

namespace rt {

using Handle = at::Tensor*;

// Keeps the message of an exception for the thread that provoked it.
void remember(const char* message) noexcept;
void remember(const std::exception& error) noexcept;

// Handles are counted, so that tests can see a leak.
Handle wrap(at::Tensor tensor);
void release(Handle tensor) noexcept;

}  // namespace rt

// Runs a body that may throw and turns what it throws into `failure`.
#define RT_GUARD(failure, ...)                  \
    try {                                       \
        __VA_ARGS__                             \
    } catch (const std::exception& error) {     \
        rt::remember(error);                    \
        return failure;                         \
    } catch (...) {                             \
        rt::remember("unknown native failure"); \
        return failure;                         \
    }
