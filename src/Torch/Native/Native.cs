using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>The shim's entry points. Failures come back as null or −1; <see cref="LastError"/> makes them exceptions.</summary>
internal static unsafe partial class Native
{
    internal const string Library = "RoboticsTorch";

    [LibraryImport(Library)]
    internal static partial byte* rt_last_error();

    [LibraryImport(Library)]
    internal static partial void rt_dispose(nint tensor);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint rt_find(string name, string overload);

    [LibraryImport(Library)]
    internal static partial int rt_call(nint op, NativeArgument* arguments, int count, nint* results, int capacity);

    [LibraryImport(Library)]
    internal static partial int rt_call_in_place(nint op, NativeArgument* arguments, int count);

    [LibraryImport(Library)]
    internal static partial int rt_call_number(nint op, NativeArgument* arguments, int count, long* integer, double* real);

    [LibraryImport(Library)]
    internal static partial void rt_take(nint* results);

    [LibraryImport(Library)]
    internal static partial int rt_set_num_threads(int count);

    [LibraryImport(Library)]
    internal static partial int rt_get_num_threads();

    [LibraryImport(Library)]
    internal static partial int rt_set_num_interop_threads(int count);

    [LibraryImport(Library)]
    internal static partial int rt_get_num_interop_threads();

    /// <summary>The exception for what the last failing call on this thread left behind.</summary>
    internal static Exception LastError()
        => new ExternalException(Marshal.PtrToStringUTF8((nint)rt_last_error()) ?? "unknown native failure");

    /// <summary>Passes a non-negative result through and turns −1 into an exception.</summary>
    internal static int Check(int result) => result >= 0 ? result : throw LastError();

    /// <summary>Passes a handle through and turns null into an exception.</summary>
    internal static nint Check(nint handle) => handle != 0 ? handle : throw LastError();
}
