// t[...] with integers, slices, ellipses, new axes and tensors, read and written.
#include "shim.h"

#include <ATen/ATen.h>
#include <ATen/TensorIndexing.h>

#include <stdexcept>
#include <vector>

using rt::Handle;
using at::indexing::Slice;
using at::indexing::TensorIndex;

namespace {

enum Kind : int32_t { None, Ellipsis, Single, Bool, SliceRange, TensorMask };
constexpr int64_t Absent = INT64_MIN;

// Mirrors TorchSharp.NativeIndex.
struct Index {
    int32_t kind;
    int32_t reserved;
    int64_t start;
    int64_t stop;
    int64_t step;
    Handle tensor;
};

Slice slice(const Index& index) {
    auto bound = [](int64_t value) { return value == Absent ? c10::optional<int64_t>() : c10::optional<int64_t>(value); };
    using Bound = std::decay_t<decltype(Slice().start())>;
    auto part = [&](int64_t value, int64_t otherwise) { return static_cast<Bound>(bound(value).value_or(otherwise)); };
    auto step = part(index.step, 1);
    return Slice(part(index.start, 0), part(index.stop, INT64_MAX), step);
}

std::vector<TensorIndex> indices(const Index* first, int count) {
    std::vector<TensorIndex> list;
    list.reserve(count);
    for (int i = 0; i < count; i++) {
        switch (first[i].kind) {
            case None: list.emplace_back(at::indexing::None); break;
            case Ellipsis: list.emplace_back("..."); break;
            case Single: list.emplace_back(first[i].start); break;
            case Bool: list.emplace_back(first[i].start != 0); break;
            case SliceRange: list.emplace_back(slice(first[i])); break;
            case TensorMask: list.emplace_back(*first[i].tensor); break;
            default: throw std::logic_error("an index of unknown kind");
        }
    }
    return list;
}

}  // namespace

RT_API Handle rt_index(Handle tensor, const Index* first, int count) {
    RT_GUARD(nullptr, { return rt::wrap(tensor->index(indices(first, count))); })
}

RT_API int rt_index_put(Handle tensor, const Index* first, int count, Handle value) {
    RT_GUARD(-1, {
        tensor->index_put_(indices(first, count), *value);
        return 0;
    })
}
