using Robotics.Core.Randomness;
using Robotics.TorchExtras;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Robotics.WorldModel.Ensembles;

/// <summary>
/// An ensemble of networks that each predict a Gaussian: Chua, Calandra, McAllister, Levine 2018, "Deep Reinforcement
/// Learning in a Handful of Trials using Probabilistic Dynamics Models", section 4 and appendix A.1, as the authors' BNN.py
/// computes it. All members run in one batched product per layer. Log-variances are bounded softly:
/// l ← max − softplus(max − l), then l ← min + softplus(l − min), with learned max and min per output, shared by the members.
/// The deterministic kinds (NN.py of the authors' code) have means only, and their bounds stay as they began.
/// Not thread-safe; not for the tick path (see <c>Robotics.Inference</c> for that).
/// </summary>
/// <remarks>
/// Keys of the state: <c>layers.N.weight</c> [member × input × output], <c>layers.N.bias</c> [member × 1 × output],
/// <c>max_logvar</c> and <c>min_logvar</c> [1 × D], <c>input_mean</c> and <c>input_std</c> [1 × input], <c>target_std</c> [1 × D].
/// </remarks>
public sealed class ProbabilisticEnsemble : nn.Module<Tensor, (Tensor Mean, Tensor LogVariance)>
{
    [ComponentName(Name = "layers")]
    private readonly ModuleList<EnsembleLinear> _layers;

    [ComponentName(Name = "max_logvar")]
    private readonly Parameter _maximumLogVariance;

    [ComponentName(Name = "min_logvar")]
    private readonly Parameter _minimumLogVariance;

    [ComponentName(Name = "input_mean")]
    private readonly Tensor _inputMean;

    [ComponentName(Name = "input_std")]
    private readonly Tensor _inputStandardDeviation;

    [ComponentName(Name = "target_std")]
    private readonly Tensor _targetStandardDeviation;

    /// <summary>Creates untrained networks.</summary>
    /// <param name="options">Sizes.</param>
    /// <param name="inputs">Input dimension.</param>
    /// <param name="outputs">D, the number of predicted elements; the last layer has twice as many outputs unless the kind is
    /// deterministic.</param>
    /// <param name="key">Random key of the initial weights.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public ProbabilisticEnsemble(EnsembleOptions options, int inputs, int outputs, RandomKey key)
        : base(nameof(ProbabilisticEnsemble))
    {
        options.Validate();
        Members = options.Members;
        Outputs = outputs;
        IsDeterministic = options.IsDeterministic;
        int[] sizes = [inputs, .. options.Hidden, IsDeterministic ? outputs : 2 * outputs];
        _layers = new ModuleList<EnsembleLinear>([.. Enumerable.Range(0, sizes.Length - 1).Select(
            i => new EnsembleLinear(Members, sizes[i], sizes[i + 1], key.Derive((ulong)i), options.SharedTrunk && i < sizes.Length - 2))]);
        _maximumLogVariance = nn.Parameter(full([1, outputs], options.InitialMaximumLogVariance));
        _minimumLogVariance = nn.Parameter(full([1, outputs], options.InitialMinimumLogVariance));
        _inputMean = zeros(1, inputs);
        _inputStandardDeviation = ones(1, inputs);
        _targetStandardDeviation = ones(1, outputs);
        RegisterComponents();
    }

    /// <summary>Networks in the ensemble.</summary>
    public int Members { get; }

    /// <summary>D, the number of predicted elements.</summary>
    public int Outputs { get; }

    /// <summary>True when the networks predict no variance.</summary>
    public bool IsDeterministic { get; }

    /// <summary>[1 × D], the soft upper bounds of the log-variances, in units of <see cref="TargetStandardDeviation"/>.</summary>
    public Parameter MaximumLogVariance => _maximumLogVariance;

    /// <summary>[1 × D], the soft lower bounds of the log-variances, in units of <see cref="TargetStandardDeviation"/>.</summary>
    public Parameter MinimumLogVariance => _minimumLogVariance;

    /// <summary>[1 × input], subtracted from an input by <see cref="Normalise"/>.</summary>
    public Tensor InputMean => _inputMean;

    /// <summary>[1 × input], divides an input in <see cref="Normalise"/>.</summary>
    public Tensor InputStandardDeviation => _inputStandardDeviation;

    /// <summary>[1 × D], the unit in which the last layer predicts; 1 unless targets are normalised.</summary>
    public Tensor TargetStandardDeviation => _targetStandardDeviation;

    internal IReadOnlyList<EnsembleLinear> Layers => [.. _layers];

    /// <summary>Scales raw inputs [… × input] to what <see cref="forward"/> takes.</summary>
    public Tensor Normalise(Tensor inputs) => (inputs - _inputMean) / _inputStandardDeviation;

    /// <summary>Predicts.</summary>
    /// <param name="input">[member × row × input], normalised.</param>
    /// <returns>Means and log-variances, each [member × row × D], in the targets' own units; the logarithm of no variance is −∞.</returns>
    public override (Tensor Mean, Tensor LogVariance) forward(Tensor input)
    {
        var hidden = input;
        for (var i = 0; i < _layers.Count - 1; i++)
            hidden = nn.functional.silu(_layers[i].forward(hidden));
        var output = _layers[_layers.Count - 1].forward(hidden);
        if (IsDeterministic)
            return (output * _targetStandardDeviation, full_like(output, double.NegativeInfinity));
        var logVariance = Bound(output.narrow(2, Outputs, Outputs)) + (2 * log(_targetStandardDeviation));
        return (output.narrow(2, 0, Outputs) * _targetStandardDeviation, logVariance);
    }

    /// <summary>Sets the targets' std.</summary>
    internal void SetTargetStatistics(InputStatistics statistics) => statistics.StandardDeviation.CopyTo(_targetStandardDeviation);

    /// <summary>Sets the input statistics.</summary>
    internal void SetInputStatistics(InputStatistics statistics)
    {
        statistics.Mean.CopyTo(_inputMean);
        statistics.StandardDeviation.CopyTo(_inputStandardDeviation);
    }

    private Tensor Bound(Tensor raw)
    {
        var below = _maximumLogVariance - nn.functional.softplus(_maximumLogVariance - raw);
        return _minimumLogVariance + nn.functional.softplus(below - _minimumLogVariance);
    }
}
