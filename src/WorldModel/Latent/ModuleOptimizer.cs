using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Robotics.WorldModel;

/// <summary>
/// Adam (Kingma and Ba 2015) over all parameters of a module, with gradients clipped by their common norm. Moments are open, so that a
/// checkpoint resumes bit for bit. Not thread-safe.
/// </summary>
internal sealed class ModuleOptimizer : IDisposable
{
    private readonly Adam _adam;
    private readonly (string Name, Parameter Parameter, Adam.State State)[] _slots;
    private readonly double _maximumNorm;

    /// <summary>Starts with zero moments.</summary>
    public ModuleOptimizer(nn.Module module, double learningRate, double maximumNorm)
    {
        var parameters = module.named_parameters().ToArray();
        _adam = optim.Adam(parameters.Select(p => p.parameter), learningRate, 0.9, 0.999, 1e-8);
        _slots = [.. parameters.Zip(_adam.state_dict().State, (p, s) => (p.name, p.parameter, (Adam.State)s))];
        _maximumNorm = maximumNorm;
    }

    /// <summary>Steps taken.</summary>
    public long StepCount
    {
        get => _slots[0].State.step;
        set => Array.ForEach(_slots, s => s.State.step = value);
    }

    /// <summary>The moments by name, to read and to overwrite.</summary>
    public IEnumerable<(string Name, Tensor Value)> Moments => _slots.SelectMany(
        s => new[] { ($"exp_avg.{s.Name}", s.State.exp_avg), ($"exp_avg_sq.{s.Name}", s.State.exp_avg_sq) });

    /// <summary>Moves the parameters, and no others, down a loss.</summary>
    public void Minimise(Tensor loss)
    {
        autograd.backward([loss], inputs: [.. _slots.Select(s => s.Parameter)]);
        nn.utils.clip_grad_norm_(_slots.Select(s => s.Parameter), _maximumNorm);
        _adam.step();
        foreach (var s in _slots)
            s.Parameter.grad = null;
    }

    /// <inheritdoc/>
    public void Dispose() => _adam.Dispose();
}
