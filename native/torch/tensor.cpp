// A tensor's properties and its way between managed memory and libtorch.
#include "shim.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstring>

using rt::Handle;

RT_API Handle rt_from_data(const void* data, int64_t bytes, int dtype, const int64_t* sizes, int dimensions) {
    RT_GUARD(nullptr, {
        auto tensor = at::empty(at::IntArrayRef(sizes, dimensions), at::TensorOptions(static_cast<at::ScalarType>(dtype)));
        TORCH_CHECK(static_cast<int64_t>(tensor.nbytes()) == bytes, "the shape needs ", tensor.nbytes(), " bytes, the data has ", bytes);
        if (bytes > 0) std::memcpy(tensor.data_ptr(), data, bytes);
        return rt::wrap(std::move(tensor));
    })
}

RT_API void* rt_data(Handle tensor) {
    RT_GUARD(nullptr, { return tensor->data_ptr(); })
}

RT_API int rt_dim(Handle tensor) {
    RT_GUARD(-1, { return static_cast<int>(tensor->dim()); })
}

RT_API int rt_sizes(Handle tensor, int64_t* out) {
    RT_GUARD(-1, {
        auto sizes = tensor->sizes();
        std::copy(sizes.begin(), sizes.end(), out);
        return static_cast<int>(sizes.size());
    })
}

RT_API int rt_strides(Handle tensor, int64_t* out) {
    RT_GUARD(-1, {
        auto strides = tensor->strides();
        std::copy(strides.begin(), strides.end(), out);
        return static_cast<int>(strides.size());
    })
}

RT_API int64_t rt_numel(Handle tensor) {
    RT_GUARD(-1, { return tensor->numel(); })
}

RT_API int64_t rt_storage_offset(Handle tensor) {
    RT_GUARD(-1, { return tensor->storage_offset(); })
}

RT_API int rt_dtype(Handle tensor) {
    RT_GUARD(-1, { return static_cast<int>(tensor->scalar_type()); })
}

RT_API int rt_element_size(Handle tensor) {
    RT_GUARD(-1, { return static_cast<int>(tensor->element_size()); })
}

RT_API int rt_device(Handle tensor, int* index) {
    RT_GUARD(-1, {
        auto device = tensor->device();
        *index = device.index();
        return static_cast<int>(device.type());
    })
}

RT_API int rt_is_contiguous(Handle tensor) {
    RT_GUARD(-1, { return tensor->is_contiguous(); })
}

// A second handle to the same tensor.
RT_API Handle rt_alias(Handle tensor) {
    RT_GUARD(nullptr, { return rt::wrap(*tensor); })
}


// 2 for an integer, 3 for a real, 4 for a truth value.
RT_API int rt_item(Handle tensor, int64_t* integer, double* real) {
    RT_GUARD(-1, {
        auto value = tensor->item();
        if (value.isFloatingPoint()) {
            *real = value.toDouble();
            return 3;
        }
        *integer = value.isBoolean() ? value.toBool() : value.toLong();
        return value.isBoolean() ? 4 : 2;
    })
}
