using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>The shim's entry points. Failures come back as null or −1; <see cref="LastError"/> makes them exceptions.</summary>
internal static unsafe partial class Native
{
    internal const string Library = "RoboticsTorch";

    [LibraryImport(Library)]
    internal static partial byte* rt_last_error();

    [LibraryImport(Library)]
    internal static partial long rt_live_tensors();

    [LibraryImport(Library)]
    internal static partial int rt_set_num_threads(int count);

    [LibraryImport(Library)]
    internal static partial int rt_get_num_threads();

    [LibraryImport(Library)]
    internal static partial int rt_set_num_interop_threads(int count);

    [LibraryImport(Library)]
    internal static partial int rt_get_num_interop_threads();

    [LibraryImport(Library)]
    internal static partial void rt_dispose(nint tensor);

    /// <summary>Throws what the last failing call on this thread left behind.</summary>
    internal static Exception LastError()
        => new ExternalException(Marshal.PtrToStringUTF8((nint)rt_last_error()) ?? "unknown native failure");

    /// <summary>Passes a non-negative result through and turns −1 into an exception.</summary>
    internal static int Check(int result) => result >= 0 ? result : throw LastError();
}
