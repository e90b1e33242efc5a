using System.Diagnostics.CodeAnalysis;

namespace TorchSharp;

/// <summary>A small dictionary that keeps the order of insertion: a module's parameters, buffers or parts.</summary>
internal sealed class NamedList<T>
{
    private readonly List<(string Name, T Value)> _items = [];

    internal IReadOnlyList<(string Name, T Value)> Items => _items;

    internal bool Contains(string name) => Find(name) >= 0;

    internal bool TryGet(string name, [MaybeNullWhen(false)] out T value)
    {
        var position = Find(name);
        value = position >= 0 ? _items[position].Value : default;
        return position >= 0;
    }

    internal bool TryAdd(string name, T value)
    {
        if (Contains(name)) return false;
        _items.Add((name, value));
        return true;
    }

    internal void Set(string name, T value)
    {
        var position = Find(name);
        if (position >= 0) _items[position] = (name, value);
        else _items.Add((name, value));
    }

    internal void Remove(string name)
    {
        var position = Find(name);
        if (position >= 0) _items.RemoveAt(position);
    }

    internal void Clear() => _items.Clear();

    private int Find(string name) => _items.FindIndex(item => item.Name == name);
}
