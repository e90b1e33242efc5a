using System.Runtime.InteropServices;

namespace TorchSharp;

internal static unsafe partial class Native
{
    [LibraryImport(Library)]
    internal static partial nint rt_from_data(void* data, long bytes, int dtype, long* sizes, int dimensions);

    [LibraryImport(Library)]
    internal static partial nint rt_data(nint tensor);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial int rt_dim(nint tensor);

    [LibraryImport(Library)]
    internal static partial int rt_sizes(nint tensor, long* sizes);

    [LibraryImport(Library)]
    internal static partial int rt_strides(nint tensor, long* strides);

    [LibraryImport(Library)]
    internal static partial long rt_numel(nint tensor);

    [LibraryImport(Library)]
    internal static partial long rt_storage_offset(nint tensor);

    [LibraryImport(Library)]
    internal static partial int rt_dtype(nint tensor);

    [LibraryImport(Library)]
    internal static partial int rt_element_size(nint tensor);

    [LibraryImport(Library)]
    internal static partial int rt_device(nint tensor, int* index);

    [LibraryImport(Library)]
    internal static partial int rt_is_contiguous(nint tensor);

    [LibraryImport(Library)]
    internal static partial nint rt_alias(nint tensor);

    [LibraryImport(Library)]
    internal static partial int rt_item(nint tensor, long* integer, double* real);

    [LibraryImport(Library)]
    internal static partial int rt_requires_grad(nint tensor);

    [LibraryImport(Library)]
    internal static partial int rt_set_requires_grad(nint tensor, int value);

    [LibraryImport(Library)]
    internal static partial int rt_is_leaf(nint tensor);

    [LibraryImport(Library)]
    internal static partial int rt_retain_grad(nint tensor);

    [LibraryImport(Library)]
    internal static partial int rt_grad(nint tensor, nint* grad);

    [LibraryImport(Library)]
    internal static partial int rt_set_grad(nint tensor, nint grad);
}
