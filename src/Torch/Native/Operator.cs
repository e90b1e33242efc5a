using System.Runtime.InteropServices;
using System.Text;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>
/// One operator of libtorch, found by name in its dispatcher at the first call. Arguments stand in the order of the
/// operator's schema; missing ones take the schema's defaults. Calls are thread-safe and allocate only their result.
/// </summary>
internal sealed unsafe class Operator(string name, string overload = "")
{
    private const int FewWords = 128;
    private const int FewResults = 8;
    private nint _handle;

    private nint Handle
    {
        get
        {
            if (_handle == 0) _handle = Find();
            return _handle;
        }
    }

    /// <summary>Calls an operator that returns one tensor.</summary>
    internal Tensor Call(params ReadOnlySpan<Argument> arguments)
    {
        nint result;
        Invoke(arguments, &result, 1);
        return new Tensor(result);
    }

    /// <summary>Calls an operator that returns two tensors.</summary>
    internal (Tensor, Tensor) CallPair(params ReadOnlySpan<Argument> arguments)
    {
        var results = stackalloc nint[2];
        Invoke(arguments, results, 2);
        return (new Tensor(results[0]), new Tensor(results[1]));
    }

    /// <summary>Calls an operator that returns three tensors.</summary>
    internal (Tensor, Tensor, Tensor) CallTriple(params ReadOnlySpan<Argument> arguments)
    {
        var results = stackalloc nint[3];
        Invoke(arguments, results, 3);
        return (new Tensor(results[0]), new Tensor(results[1]), new Tensor(results[2]));
    }

    /// <summary>Calls an operator that returns a list of tensors.</summary>
    internal Tensor[] CallMany(params ReadOnlySpan<Argument> arguments)
    {
        var few = stackalloc nint[FewResults];
        var count = Invoke(arguments, few, FewResults);
        var tensors = new Tensor[count];
        if (count <= FewResults)
        {
            for (var i = 0; i < count; i++) tensors[i] = new Tensor(few[i]);
            return tensors;
        }
        var many = new nint[count];
        fixed (nint* first = many) Native.rt_take(first);
        for (var i = 0; i < count; i++) tensors[i] = new Tensor(many[i]);
        return tensors;
    }

    /// <summary>Calls an operator that writes into its first argument, and returns that tensor itself.</summary>
    internal Tensor Write(Tensor self, params ReadOnlySpan<Argument> others)
    {
        var arguments = new ArgumentBuffer();
        arguments[0] = self;
        for (var i = 0; i < others.Length; i++) arguments[i + 1] = others[i];
        Invoke(((ReadOnlySpan<Argument>)arguments)[..(others.Length + 1)], null, 0);
        return self;
    }

    /// <summary>Calls an operator that returns a truth value.</summary>
    internal bool CallBool(params ReadOnlySpan<Argument> arguments)
    {
        long integer;
        double real;
        Invoke(arguments, null, -1, &integer, &real);
        return integer != 0;
    }

    private int Invoke(ReadOnlySpan<Argument> arguments, nint* results, int capacity, long* integer = null, double* real = null)
    {
        var words = 0;
        foreach (ref readonly var argument in arguments) words += Words(argument);
        var native = stackalloc NativeArgument[arguments.Length];
        var few = stackalloc long[words <= FewWords ? words : 0];
        var many = words <= FewWords ? null : new long[words];
        fixed (long* heap = many)
        {
            var next = many is null ? few : heap;
            for (var i = 0; i < arguments.Length; i++) next += Marshal(arguments[i], native + i, next);
            var handle = Handle;
            var count = capacity switch
            {
                0 => Native.rt_call_in_place(handle, native, arguments.Length),
                -1 => Native.rt_call_number(handle, native, arguments.Length, integer, real),
                _ => Native.rt_call(handle, native, arguments.Length, results, capacity),
            };
            foreach (ref readonly var argument in arguments) GC.KeepAlive(argument.Reference);
            return count >= 0 ? count : throw Native.LastError();
        }
    }

    private static int Words(in Argument argument) => argument.Kind == ArgumentKind.String
        ? (Encoding.UTF8.GetByteCount((string)argument.Reference!) + 7) / 8
        : argument.Kind is >= ArgumentKind.IntList and <= ArgumentKind.OptionalTensorList ? argument.Count : 0;

    /// <summary>Writes the argument, and its list behind <paramref name="scratch"/>; returns the words used there.</summary>
    private static int Marshal(in Argument argument, NativeArgument* into, long* scratch)
    {
        into->Kind = (int)argument.Kind;
        into->Count = argument.Count;
        into->Bits = argument.Bits;
        if (argument.Kind is < ArgumentKind.IntList or > ArgumentKind.String) return 0;
        into->Bits = (nint)scratch;
        switch (argument.Reference)
        {
            case long[] longs:
                longs.CopyTo(new Span<long>(scratch, longs.Length));
                return longs.Length;
            case double[] doubles:
                doubles.CopyTo(new Span<double>(scratch, doubles.Length));
                return doubles.Length;
            case string text:
                into->Count = Encoding.UTF8.GetBytes(text, new Span<byte>(scratch, Words(argument) * 8));
                return Words(argument);
            default:
                var tensors = (Tensor?[])argument.Reference!;
                for (var i = 0; i < tensors.Length; i++) scratch[i] = tensors[i]?.Handle ?? 0;
                return tensors.Length;
        }
    }

    private nint Find()
    {
        var handle = Native.rt_find("aten::" + name, overload);
        return handle != 0 ? handle : throw Native.LastError();
    }

    [System.Runtime.CompilerServices.InlineArray(16)]
    private struct ArgumentBuffer
    {
        private Argument _first;
    }
}
