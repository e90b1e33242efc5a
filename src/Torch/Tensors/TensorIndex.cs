namespace TorchSharp;

public static partial class torch
{
    /// <summary>One position between the brackets of <c>t[...]</c>.</summary>
    public struct TensorIndex
    {
        internal enum Kind
        {
            None, Ellipsis, Single, Bool, Slice, Tensor, Null,
        }

        internal Kind kind;
        internal long? start;
        internal long? stop;
        internal long? step;
        internal Tensor? tensor;

        public static TensorIndex Ellipsis = new() { kind = Kind.Ellipsis };

        public static TensorIndex None = new() { kind = Kind.None };

        public static TensorIndex Null = new() { kind = Kind.Null };

        public static TensorIndex Colon = Slice();

        public static TensorIndex Bool(bool value) => new() { kind = Kind.Bool, start = value ? 1 : 0 };

        public static TensorIndex Single(long? index) => new() { kind = Kind.Single, start = index };

        public static TensorIndex Tensor(Tensor tensor) => new() { kind = Kind.Tensor, tensor = tensor };

        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null)
            => new() { kind = Kind.Slice, start = start, stop = stop, step = step };

        public static TensorIndex Slice((int? start, int? end) range) => Slice(range.start, range.end);

        public static TensorIndex Slice(Range range) => Slice(Bound(range.Start, 0), Bound(range.End, null));

        public static implicit operator TensorIndex(long value) => Single(value);

        /// <summary>Never called: that it exists makes the compiler prefer an index to a tensor where a number is given.</summary>
        public static implicit operator Tensor(TensorIndex value) => throw new InvalidOperationException("Should not be called.");

        public static implicit operator TensorIndex((int? start, int? end) range) => Slice(range);

        public static implicit operator TensorIndex(Range range) => Slice(range);

        public static implicit operator TensorIndex(Index index) => Single(index.IsFromEnd ? -index.Value : index.Value);

        /// <summary>An end that counts from behind is negative, except the very end, which is open.</summary>
        private static long? Bound(Index index, long? atStart) => index switch
        {
            { IsFromEnd: true, Value: 0 } => null,
            { IsFromEnd: true } => -index.Value,
            { Value: 0 } => atStart ?? 0,
            _ => index.Value,
        };

        internal NativeIndex ToNative() => new()
        {
            Kind = kind == Kind.Null ? (int)Kind.None : (int)kind,
            Start = start ?? long.MinValue,
            Stop = stop ?? long.MinValue,
            Step = step ?? long.MinValue,
            Tensor = tensor?.Handle ?? 0,
        };
    }
}
