using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>
/// Disposes the tensors made since its creation on this thread, except those that were moved out or detached.
/// Scopes nest and belong to the thread that made them.
/// </summary>
public sealed partial class DisposeScope : IDisposable
{
    private DisposeScopeManager? _manager;

    internal DisposeScope(DisposeScopeManager manager)
    {
        _manager = manager;
        OuterScope = manager.CurrentDisposeScope;
    }

    internal DisposeScope? OuterScope { get; set; }

    internal HashSet<IDisposable> Disposables { get; private set; } = new(ReferenceEqualityComparer.Instance);

    public IReadOnlyList<IDisposable> DisposablesView
    {
        get
        {
            Live();
            return Disposables.ToArray();
        }
    }

    public int DisposablesCount
    {
        get
        {
            Live();
            return Disposables.Count;
        }
    }

    public bool Contains(IDisposable disposable) => Disposables.Contains(disposable);

    public void Attach(IDisposable disposable) => Attach((IEnumerable<IDisposable>)[disposable]);

    public void Attach(params IDisposable[] disposables) => Attach((IEnumerable<IDisposable>)disposables);

    public IReadOnlyList<IDisposable> Attach(IEnumerable<IDisposable> disposables)
    {
        var manager = Live();
        var attached = disposables.ToArray();
        foreach (var disposable in attached)
        {
            if (Transfer(disposable, this)) manager.StatisticsInstance.TensorStatistics.AttachedToScopeCount++;
        }
        return attached;
    }

    public void Detach(params IDisposable[] disposables) => Detach((IEnumerable<IDisposable>)disposables);

    public void Detach(IEnumerable<IDisposable> disposables)
    {
        var manager = Live();
        foreach (var disposable in disposables)
        {
            if (!Disposables.Remove(disposable)) continue;
            manager.StatisticsInstance.TensorStatistics.DetachedFromScopeCount++;
            ((Tensor)disposable).OwningDisposeScope = null;
        }
    }

    public void MoveToOuter(params IDisposable[] disposables) => MoveToOther(OuterScope, disposables);

    public void MoveToOuter(IEnumerable<IDisposable> disposables) => MoveToOther(OuterScope, disposables);

    public void MoveToOther(DisposeScope? scope, params IDisposable[] disposables)
        => MoveToOther(scope, (IEnumerable<IDisposable>)disposables);

    public void MoveToOther(DisposeScope? scope, IEnumerable<IDisposable> disposables)
    {
        Live();
        if (scope is null)
        {
            Detach(disposables);
            return;
        }
        foreach (var disposable in disposables)
        {
            if (Disposables.Contains(disposable)) Transfer(disposable, scope);
        }
    }

    public void MarkAsDisposed(IDisposable disposable)
    {
        Live();
        Disposables.Remove(disposable);
        if (disposable is Tensor tensor) tensor.OwningDisposeScope = null;
    }

    public void DisposeEverything() => DisposeEverythingBut((IEnumerable<IDisposable>)[]);

    public void DisposeEverythingBut(params IDisposable[] keep) => DisposeEverythingBut((IEnumerable<IDisposable>)keep);

    public void DisposeEverythingBut(IEnumerable<IDisposable> inKeep)
    {
        Live();
        var all = Disposables;
        Disposables = new HashSet<IDisposable>(inKeep, ReferenceEqualityComparer.Instance);
        foreach (var disposable in all)
        {
            if (!Disposables.Contains(disposable)) disposable.Dispose();
        }
    }

    public void Dispose()
    {
        if (_manager is null) return;
        DisposeEverything();
        _manager.RemoveDisposeScope(this);
        _manager = null;
    }

    /// <summary>Puts a tensor that took over another one's native half into that one's place.</summary>
    internal static void ReplaceWith(Tensor original, Tensor replacement)
    {
        if (original.OwningDisposeScope is not { } scope || !scope.Disposables.Remove(original)) return;
        original.OwningDisposeScope = null;
        Transfer(replacement, scope);
    }

    private static bool Transfer(IDisposable disposable, DisposeScope scope)
    {
        if (disposable is not Tensor tensor) throw new InvalidOperationException("DisposeScope can only manage tensors");
        if (tensor.OwningDisposeScope == scope) return false;
        tensor.OwningDisposeScope?.Disposables.Remove(tensor);
        scope.Disposables.Add(tensor);
        tensor.OwningDisposeScope = scope;
        return true;
    }

    private DisposeScopeManager Live() => _manager ?? throw new ObjectDisposedException(nameof(DisposeScope));
}
