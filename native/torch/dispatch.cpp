// One entry for every operator: libtorch's own dispatcher is asked for a schema by name and called with boxed
// arguments, so that no operator needs code here and a newer libtorch's longer schemas are filled with their defaults.
#include "shim.h"

#include <ATen/core/Generator.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/ivalue.h>
#include <ATen/core/stack.h>

#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

enum Tag : int32_t {
    None, Tensor, Int, Double, Bool, IntList, DoubleList, TensorList, OptionalTensorList, String, Device, Generator, Default
};

// Mirrors TorchSharp.NativeArgument: 16 bytes.
struct Argument {
    int32_t tag;
    int32_t count;
    union {
        int64_t integer;
        double real;
        const void* pointer;
    };
};

thread_local std::vector<rt::Handle> surplus;

c10::List<at::Tensor> tensorList(const Argument& argument) {
    c10::List<at::Tensor> list;
    list.reserve(argument.count);
    auto handles = static_cast<const rt::Handle*>(argument.pointer);
    for (int i = 0; i < argument.count; i++) list.push_back(*handles[i]);
    return list;
}

c10::List<c10::optional<at::Tensor>> optionalTensorList(const Argument& argument) {
    c10::List<c10::optional<at::Tensor>> list;
    list.reserve(argument.count);
    auto handles = static_cast<const rt::Handle*>(argument.pointer);
    for (int i = 0; i < argument.count; i++) {
        list.push_back(handles[i] ? c10::optional<at::Tensor>(*handles[i]) : c10::optional<at::Tensor>());
    }
    return list;
}

template <typename T>
c10::IValue numberList(const Argument& argument) {
    auto first = static_cast<const T*>(argument.pointer);
    return c10::IValue(at::ArrayRef<T>(first, argument.count));
}

c10::IValue box(const Argument& argument) {
    switch (argument.tag) {
        case None: return c10::IValue();
        case Tensor: return argument.pointer ? c10::IValue(*static_cast<const at::Tensor*>(argument.pointer)) : c10::IValue();
        case Int: return c10::IValue(argument.integer);
        case Double: return c10::IValue(argument.real);
        case Bool: return c10::IValue(argument.integer != 0);
        case IntList: return numberList<int64_t>(argument);
        case DoubleList: return numberList<double>(argument);
        case TensorList: return c10::IValue(tensorList(argument));
        case OptionalTensorList: return c10::IValue(optionalTensorList(argument));
        case String: return c10::IValue(std::string(static_cast<const char*>(argument.pointer), argument.count));
        case Device:
            return c10::IValue(c10::Device(static_cast<c10::DeviceType>(argument.count), static_cast<c10::DeviceIndex>(argument.integer)));
        case Generator: return c10::IValue(*static_cast<const at::Generator*>(argument.pointer));
        default: throw std::logic_error("an argument of unknown kind reached the dispatcher");
    }
}

torch::jit::Stack run(const c10::OperatorHandle& op, const Argument* arguments, int count) {
    const auto& schema = op.schema().arguments();
    if (static_cast<size_t>(count) > schema.size()) {
        throw std::invalid_argument("too many arguments for " + op.schema().name());
    }
    torch::jit::Stack stack;
    stack.reserve(schema.size());
    for (size_t i = 0; i < schema.size(); i++) {
        if (i < static_cast<size_t>(count) && arguments[i].tag != Default) {
            stack.push_back(box(arguments[i]));
        } else if (schema[i].default_value()) {
            stack.push_back(*schema[i].default_value());
        } else {
            throw std::invalid_argument(op.schema().name() + " lacks its argument " + schema[i].name());
        }
    }
    op.callBoxed(stack);
    return stack;
}

void collect(const c10::IValue& value, std::vector<rt::Handle>& results) {
    if (value.isTensor()) {
        const auto& tensor = value.toTensor();
        results.push_back(tensor.defined() ? rt::wrap(tensor) : nullptr);
    } else if (value.isTensorList()) {
        for (const at::Tensor& tensor : value.toTensorList()) results.push_back(rt::wrap(tensor));
    } else {
        throw std::logic_error("the operator returned " + value.tagKind() + " where a tensor was expected");
    }
}

}  // namespace

RT_API const c10::OperatorHandle* rt_find(const char* name, const char* overload) {
    RT_GUARD(nullptr, { return new c10::OperatorHandle(c10::Dispatcher::singleton().findSchemaOrThrow(name, overload)); })
}

// Returns the number of tensors. When they are more than `capacity`, none is written and rt_take fetches them.
RT_API int rt_call(const c10::OperatorHandle* op, const Argument* arguments, int count, rt::Handle* out, int capacity) {
    RT_GUARD(-1, {
        auto stack = run(*op, arguments, count);
        if (stack.size() == 1 && stack[0].isTensor() && capacity > 0) {
            const auto& tensor = stack[0].toTensor();
            out[0] = tensor.defined() ? rt::wrap(tensor) : nullptr;
            return 1;
        }
        std::vector<rt::Handle> results;
        for (const auto& value : stack) collect(value, results);
        if (results.size() <= static_cast<size_t>(capacity)) {
            std::copy(results.begin(), results.end(), out);
        } else {
            surplus = results;
        }
        return static_cast<int>(results.size());
    })
}

RT_API void rt_take(rt::Handle* out) {
    std::copy(surplus.begin(), surplus.end(), out);
    surplus.clear();
}

// For operators that write into their first argument: the result is that argument again, and no handle is made.
RT_API int rt_call_in_place(const c10::OperatorHandle* op, const Argument* arguments, int count) {
    RT_GUARD(-1, {
        run(*op, arguments, count);
        return 0;
    })
}

// For operators that return a number: 2 for an integer, 3 for a real, 4 for a truth value, as in Tag.
RT_API int rt_call_number(const c10::OperatorHandle* op, const Argument* arguments, int count, int64_t* integer, double* real) {
    RT_GUARD(-1, {
        auto stack = run(*op, arguments, count);
        const auto& value = stack.at(0);
        if (value.isDouble()) {
            *real = value.toDouble();
            return static_cast<int>(Double);
        }
        if (value.isBool()) {
            *integer = value.toBool();
            return static_cast<int>(Bool);
        }
        *integer = value.toInt();
        return static_cast<int>(Int);
    })
}
