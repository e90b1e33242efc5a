using System.Collections;
using static TorchSharp.torch;

namespace TorchSharp.Utils;

/// <summary>Element-wise access to a tensor in the processor's memory, in row-major order whatever its strides.</summary>
public sealed unsafe class TensorAccessor<T> : IDisposable, IEnumerable<T>
    where T : unmanaged
{
    private readonly T* _data;
    private readonly long[] _shape;
    private readonly long[] _strides;
    private readonly bool _contiguous;
    private Tensor? _tensor;

    internal TensorAccessor(Tensor tensor)
    {
        if (!tensor.is_cpu()) throw new InvalidOperationException("Reading data from non-CPU memory is not supported. Move or copy the tensor to the cpu before reading.");
        _tensor = tensor;
        _shape = tensor.shape;
        _strides = tensor.stride();
        _contiguous = tensor.is_contiguous();
        Count = tensor.NumberOfElements;
        _data = (T*)Native.rt_data(tensor.Handle);
    }

    public long Count { get; }

    public bool IsReadOnly => false;

    public T this[params long[] indices]
    {
        get => Kept(_data[Offset(indices)]);
        set
        {
            _data[Offset(indices)] = value;
            GC.KeepAlive(_tensor);
        }
    }

    public T[] ToArray()
    {
        var array = new T[Count];
        CopyTo(array);
        return array;
    }

    public Array ToNDArray()
    {
        if (_shape.Length == 0) return ToArray();
        var array = Array.CreateInstance(typeof(T), _shape);
        var flat = ToArray();
        if (Count == 0) return array;
        Buffer.BlockCopy(flat, 0, array, 0, checked((int)(Count * sizeof(T))));
        return array;
    }

    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyTo(array.AsSpan(), arrayIndex, tensorIndex);

    public void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var target = array[arrayIndex..];
        var count = (int)Math.Min(target.Length, Count - tensorIndex);
        if (_contiguous)
        {
            new ReadOnlySpan<T>(_data + tensorIndex, count).CopyTo(target);
        }
        else
        {
            for (var i = 0; i < count; i++) target[i] = _data[Offset(tensorIndex + i)];
        }
        GC.KeepAlive(_tensor);
    }

    public void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0)
        => CopyFrom((ReadOnlySpan<T>)array, arrayIndex, tensorIndex);

    public void CopyFrom(ReadOnlySpan<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var source = array[arrayIndex..];
        var count = (int)Math.Min(source.Length, Count - tensorIndex);
        if (_contiguous)
        {
            source[..count].CopyTo(new Span<T>(_data + tensorIndex, count));
        }
        else
        {
            for (var i = 0; i < count; i++) _data[Offset(tensorIndex + i)] = source[i];
        }
        GC.KeepAlive(_tensor);
    }

    public IEnumerator<T> GetEnumerator()
    {
        for (long i = 0; i < Count; i++) yield return At(i);
    }

    public void Dispose() => _tensor = null;

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal T First() => Kept(*_data);

    internal T At(long index)
    {
        if (index < 0 || index >= Count) throw new IndexOutOfRangeException("The index is greater than the number of elements in the tensor");
        return Kept(_data[_contiguous ? index : Offset(index)]);
    }

    private T Kept(T value)
    {
        GC.KeepAlive(_tensor);
        return value;
    }

    private long Offset(long[] indices)
    {
        if (indices.Length != _shape.Length) throw new ArgumentException("expected " + _shape.Length + " indices, got " + indices.Length);
        long offset = 0;
        for (var d = 0; d < indices.Length; d++)
        {
            if (indices[d] < 0 || indices[d] >= _shape[d]) throw new IndexOutOfRangeException("index " + indices[d] + " in a dimension of size " + _shape[d]);
            offset += indices[d] * _strides[d];
        }
        return offset;
    }

    private long Offset(long flat)
    {
        if (_contiguous) return flat;
        long offset = 0;
        for (var d = _shape.Length - 1; d >= 0; d--)
        {
            offset += flat % _shape[d] * _strides[d];
            flat /= _shape[d];
        }
        return offset;
    }
}
