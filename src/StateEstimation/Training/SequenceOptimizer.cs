using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Robotics.StateEstimation;

/// <summary>
/// Adam (Kingma and Ba 2015) over all parameters of a model, with gradients clipped by their common norm. Moments and step counts are
/// open, so that a checkpoint resumes bit for bit. Not thread-safe.
/// </summary>
internal sealed class SequenceOptimizer : IDisposable
{
    private readonly Adam _adam;
    private readonly Slot[] _slots;
    private readonly double _maximumNorm;

    /// <summary>Starts with zero moments.</summary>
    public SequenceOptimizer(SequenceModel model, SequenceTrainingOptions options)
    {
        var parameters = model.named_parameters().ToArray();
        _adam = optim.Adam(parameters.Select(p => p.parameter), options.LearningRate, 0.9, 0.999, options.Epsilon);
        _slots = [.. parameters.Zip(_adam.state_dict().State, (p, s) => new Slot(p.name, p.parameter, (Adam.State)s))];
        _maximumNorm = options.MaximumGradientNorm;
    }

    /// <summary>Steps taken by each parameter: one without a gradient takes none.</summary>
    public long[] StepCounts
    {
        get => [.. _slots.Select(s => s.State.step)];
        set
        {
            for (var i = 0; i < _slots.Length; i++)
                _slots[i].State.step = value[i];
        }
    }

    /// <summary>The moments by name, to read and to overwrite.</summary>
    public IEnumerable<(string Name, Tensor Value)> Moments => _slots.SelectMany(
        s => new[] { ($"exp_avg.{s.Name}", s.State.exp_avg), ($"exp_avg_sq.{s.Name}", s.State.exp_avg_sq) });

    /// <summary>Moves every parameter against its gradient, and forgets the gradients.</summary>
    /// <param name="learningRate">Adam's step size this time.</param>
    public void Step(double learningRate)
    {
        foreach (var group in _adam.ParamGroups)
            group.LearningRate = learningRate;
        nn.utils.clip_grad_norm_(_slots.Where(s => s.Parameter.grad is not null).Select(s => s.Parameter), _maximumNorm);
        _adam.step();
        foreach (var s in _slots)
            s.Parameter.grad = null;
    }

    /// <inheritdoc/>
    public void Dispose() => _adam.Dispose();

    private sealed record Slot(string Name, Parameter Parameter, Adam.State State);
}
