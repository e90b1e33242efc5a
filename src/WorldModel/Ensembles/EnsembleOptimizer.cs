using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Robotics.WorldModel;

/// <summary>
/// Adam (Kingma and Ba 2015, algorithm 1) with β₁ = 0.9, β₂ = 0.999, ε = 1e-8 over all parameters of an ensemble. The gradient
/// of each layer's L2 term c·½‖W‖², c·W, is added to that of the loss before the moments are taken: the same numbers as with
/// the term in the loss, and not decoupled decay. The moments are open, so that a checkpoint resumes bit for bit. Not
/// thread-safe.
/// </summary>
internal sealed class EnsembleOptimizer : IDisposable
{
    private readonly Adam _adam;
    private readonly Slot[] _slots;

    /// <summary>Starts with zero moments.</summary>
    public EnsembleOptimizer(ProbabilisticEnsemble model, EnsembleOptions options)
    {
        var decay = options.LayerDecay().Select((c, i) => ($"layers.{i}.weight", c)).ToDictionary();
        var groups = model.named_parameters()
            .Select(p => (Name: p.name, Parameter: p.parameter, Decay: decay.GetValueOrDefault(p.name)))
            .GroupBy(p => p.Decay).Select(g => g.ToArray()).ToArray();
        _adam = optim.Adam(groups.Select(
            g => new Adam.ParamGroup(g.Select(p => p.Parameter), options.LearningRate, 0.9, 0.999, 1e-8, g[0].Decay)).ToArray());
        _slots = [.. groups.SelectMany(g => g).Zip(_adam.state_dict().State, (p, s) => new Slot(p.Name, p.Parameter, p.Decay, (Adam.State)s))];
    }

    /// <summary>Steps taken. A deterministic kind's bounds of the log-variance never get a gradient and take none.</summary>
    public long StepCount
    {
        get => _slots.Max(s => s.State.step);
        set => Array.ForEach(_slots, s => s.State.step = value);
    }

    /// <summary>The step size from now on.</summary>
    public double LearningRate
    {
        set
        {
            foreach (var group in _adam.ParamGroups)
                group.LearningRate = value;
        }
    }

    /// <summary>The moments by name, to read and to overwrite: <c>exp_avg.NAME</c> and <c>exp_avg_sq.NAME</c>.</summary>
    public IEnumerable<(string Name, Tensor Value)> Moments => _slots.SelectMany(
        s => new[] { ($"exp_avg.{s.Name}", s.State.exp_avg), ($"exp_avg_sq.{s.Name}", s.State.exp_avg_sq) });

    /// <summary>The sum of the L2 terms.</summary>
    public double Penalty()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        return _slots.Where(s => s.Decay > 0).Sum(s => 0.5 * s.Decay * s.Parameter.square().sum().item<float>());
    }

    /// <summary>Moves every parameter against its gradient, and forgets the gradients.</summary>
    public void Step()
    {
        _adam.step();
        foreach (var s in _slots)
            s.Parameter.grad = null;
    }

    /// <inheritdoc/>
    public void Dispose() => _adam.Dispose();

    private sealed record Slot(string Name, Parameter Parameter, double Decay, Adam.State State);
}
