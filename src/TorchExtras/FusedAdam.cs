using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;


namespace Robotics.TorchExtras;

/// <summary>
/// Adam (Kingma and Ba 2015, algorithm 1) with β₁ = 0.9 and β₂ = 0.999. The gradient of each L2 term, c·W, is added to that of the loss
/// before the moments are taken: the same numbers as with the term in the loss, and not decoupled decay. Where it differs: ε is added after
/// the correction of √v's bias, as PyTorch does; gradients may be clipped by their common norm. In the processor's memory one pass does
/// the whole step, where TorchSharp's own takes some ten operators a parameter; it rounds as those do. Moments and step counts are open,
/// so that a checkpoint resumes bit for bit. Not thread-safe; not for the tick path.
/// </summary>
/// <remarks>Autograd's version counters do not notice a step: no graph that holds a parameter's old value may outlive it.</remarks>
public sealed class FusedAdam : IDisposable
{
    internal const double Beta1 = 0.9;
    internal const double Beta2 = 0.999;
    private readonly Slot[] _slots;
    private readonly FusedAdamOptions _options;

    /// <summary>Starts with zero moments for all parameters of a module, which must be on its device already.</summary>
    public FusedAdam(nn.Module module, FusedAdamOptions options)
        : this(module.named_parameters(), options)
    {
    }

    /// <summary>Starts with zero moments for some parameters, which must be on their device already and are named by their place.</summary>
    public FusedAdam(IEnumerable<Parameter> parameters, FusedAdamOptions options)
        : this(parameters.Select((p, i) => ($"{i}", p)), options)
    {
    }

    private FusedAdam(IEnumerable<(string Name, Parameter Parameter)> parameters, FusedAdamOptions options)
    {
        _options = options;
        LearningRate = options.LearningRate;
        _slots = [.. parameters.Select(p => new Slot(p.Name, p.Parameter, options.L2.GetValueOrDefault(p.Name)))];
    }

    /// <summary>Step size from now on.</summary>
    public double LearningRate { get; set; }

    /// <summary>Steps taken by each parameter: one without a gradient takes none.</summary>
    public long[] StepCounts
    {
        get => [.. _slots.Select(s => s.StepCount)];
        set
        {
            for (var i = 0; i < _slots.Length; i++)
                _slots[i].StepCount = value[i];
        }
    }

    /// <summary>Steps taken; setting it sets every parameter's.</summary>
    public long StepCount
    {
        get => _slots.Max(s => s.StepCount);
        set => Array.ForEach(_slots, s => s.StepCount = value);
    }

    /// <summary>The moments by name, to read and to overwrite: <c>exp_avg.NAME</c> and <c>exp_avg_sq.NAME</c>.</summary>
    public IEnumerable<(string Name, Tensor Value)> Moments =>
        _slots.SelectMany(s => new[] { ($"exp_avg.{s.Name}", s.Average), ($"exp_avg_sq.{s.Name}", s.Square) });

    /// <summary>Sum of the L2 terms.</summary>
    public double Penalty()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return _slots.Where(s => s.L2 > 0).Sum(s => 0.5 * s.L2 * s.Parameter.square().sum().item<float>());
    }

    /// <summary>Moves the parameters, and no others, down a loss.</summary>
    public void Minimise(Tensor loss)
    {
        autograd.backward([loss], inputs: [.. _slots.Select(s => s.Parameter)]);
        Step();
    }

    /// <summary>Moves every parameter that has a gradient against it, and forgets the gradients.</summary>
    public void Step()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var gradients = Array.ConvertAll(_slots, s => s.Parameter.grad);
        var scale = Clip(gradients);
        for (var i = 0; i < _slots.Length; i++)
        {
            if (gradients[i] is not { } gradient)
                continue;
            var slot = _slots[i];
            var factors = new AdamFactors(++slot.StepCount, LearningRate, _options.Epsilon, slot.L2, scale);
            if (slot.IsPacked && IsPacked(gradient))
                AdamKernel.Step(Floats(slot.Parameter), Floats(gradient), Floats(slot.Average), Floats(slot.Square), factors);
            else
                slot.Step(gradient, factors);
            slot.Parameter.grad = null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var slot in _slots)
        {
            slot.Average.Dispose();
            slot.Square.Dispose();
        }
    }

    /// <summary>Factor that clips the gradients to the maximum norm.</summary>
    private double Clip(Tensor?[] gradients)
    {
        if (double.IsPositiveInfinity(_options.MaximumGradientNorm))
            return 1;
        var there = gradients.OfType<Tensor>().ToArray();
        var norm = Array.TrueForAll(there, IsPacked)
            ? Math.Sqrt(there.Sum(g => AdamKernel.SumOfSquares(Floats(g))))
            : stack(there.Select(g => g.norm())).norm().item<float>();
        return Math.Min(1, _options.MaximumGradientNorm / (norm + 1e-6));
    }

    private static bool IsPacked(Tensor tensor) =>
        tensor.device_type == DeviceType.CPU && tensor.dtype == ScalarType.Float32 && tensor.is_contiguous();

    private static Span<float> Floats(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);

    private sealed class Slot
    {
        internal Slot(string name, Parameter parameter, double l2)
        {
            using var noGrad = no_grad();
            (Name, Parameter, L2) = (name, parameter, l2);
            Average = zeros_like(parameter).DetachFromDisposeScope();
            Square = zeros_like(parameter).DetachFromDisposeScope();
            IsPacked = FusedAdam.IsPacked(parameter) && FusedAdam.IsPacked(Average) && FusedAdam.IsPacked(Square);
        }

        internal string Name { get; }

        internal Parameter Parameter { get; }

        internal double L2 { get; }

        internal Tensor Average { get; }

        internal Tensor Square { get; }

        internal bool IsPacked { get; }

        internal long StepCount { get; set; }

        /// <summary>The step by operators: on other devices, and for other layouts and types.</summary>
        internal void Step(Tensor gradient, in AdamFactors factors)
        {
            var full = gradient * factors.Scale;
            if (L2 != 0)
                full = full.add(Parameter, L2);
            Average.mul_(Beta1).add_(full, 1 - Beta1);
            Square.mul_(Beta2).addcmul_(full, full, 1 - Beta2);
            var denominator = Square.sqrt().div_(factors.SquareCorrection).add_(factors.Epsilon);
            Parameter.addcdiv_(Average, denominator, factors.Step);
        }
    }
}
