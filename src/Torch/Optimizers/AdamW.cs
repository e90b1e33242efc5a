using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>
/// Adam with decoupled decay (Loshchilov and Hutter 2019).
/// The whole group is stepped by one call into the shim. TorchSharp gives Adam and AdamW nested types of their own; what these
/// do is in <see cref="AdamMoments"/> and <see cref="AdamSettings"/>.
/// </summary>
public class AdamW : OptimizerHelper, optim.IBetas
{
    private readonly Options _defaultOptions;

    public AdamW(IEnumerable<Parameter> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1E-08, double weight_decay = 0, bool amsgrad = false, bool maximize = false)
        : this([new ParamGroup { Parameters = parameters }], lr, beta1, beta2, eps, weight_decay, amsgrad, maximize)
    {
    }

    public AdamW(IEnumerable<ParamGroup> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1E-08, double weight_decay = 0, bool amsgrad = false, bool maximize = false)
    {
        _defaultOptions = new Options { LearningRate = lr, beta1 = beta1, beta2 = beta2, eps = eps, weight_decay = weight_decay, amsgrad = amsgrad, maximize = maximize };
        AdamSettings.Check(_defaultOptions);
        foreach (var group in parameters) add_param_group(group);
    }

    public (double, double) Betas
    {
        get => (_defaultOptions.beta1!.Value, _defaultOptions.beta2!.Value);
        set => (_defaultOptions.beta1, _defaultOptions.beta2) = value;
    }

    public override void add_param_group(Modules.ParamGroup param_group)
    {
        param_group.Options ??= new Options();
        AdamSettings.Complete((Options)param_group.Options, _defaultOptions);
        AddGroup(param_group, parameter => new State(parameter));
    }

    public override Tensor? step(Func<Tensor>? closure = null) => _step<Modules.ParamGroup>(Step, closure);

    private void Step(Modules.ParamGroup group)
        => AdamStep.Run(group.Parameters, [.. group.Parameters.Select(StateOf<State>)], AdamSettings.Rates((Options)group.Options, decoupled: true));

    /// <summary>Running averages of a parameter's gradient and of its square.</summary>
    public sealed class State : OptimizerState, IDisposable, IAdamMoments
    {
        public long step;
        public Tensor exp_avg = null!;
        public Tensor exp_avg_sq = null!;
        public Tensor? max_exp_avg_sq;

        public State(Parameter parameter)
            : base(parameter)
        {
        }

        ref long IAdamMoments.Step => ref step;

        ref Tensor IAdamMoments.First => ref exp_avg;

        ref Tensor IAdamMoments.Second => ref exp_avg_sq;

        ref Tensor? IAdamMoments.Maximum => ref max_exp_avg_sq;

        public override void Initialize(OptimizerOptions options) => AdamMoments.Initialize(this, _parameter, ((Options)options).amsgrad!.Value);

        public void Dispose() => AdamMoments.Dispose(this);

        public override void SaveStateDict(BinaryWriter writer)
        {
            AdamMoments.Save(this, writer);
            SaveConditionalStateTensor(writer, max_exp_avg_sq);
        }

        public override void LoadStateDict(BinaryReader reader)
        {
            AdamMoments.Load(this, reader);
            LoadConditionalStateTensor(reader, ref max_exp_avg_sq, _parameter.device);
        }

        public override void LoadStateDict(OptimizerState source) => AdamMoments.CopyFrom(this, (State)source, _parameter.device);

        public override bool ApproximatelyEquals(OptimizerState other) => other is State state && AdamMoments.AreClose(this, state);

        public override void to(Device device) => AdamMoments.Move(this, device);
    }

    /// <summary>Options of a group.</summary>
    public class Options : OptimizerOptions, IAdamSettings
    {
        public double? beta1;
        public double? beta2;
        public double? weight_decay;
        public double? eps;
        public bool? amsgrad;
        public bool? maximize;

        ref double? IAdamSettings.Beta1 => ref beta1;

        ref double? IAdamSettings.Beta2 => ref beta2;

        ref double? IAdamSettings.Decay => ref weight_decay;

        ref double? IAdamSettings.Epsilon => ref eps;

        ref bool? IAdamSettings.Amsgrad => ref amsgrad;

        ref bool? IAdamSettings.Maximise => ref maximize;

        public override void SaveStateDict(BinaryWriter writer)
        {
            base.SaveStateDict(writer);
            AdamSettings.Save(this, writer);
        }

        public override void LoadStateDict(BinaryReader reader)
        {
            base.LoadStateDict(reader);
            AdamSettings.Load(this, reader);
        }

        public override void LoadStateDict(OptimizerOptions source)
        {
            base.LoadStateDict(source);
            AdamSettings.CopyFrom(this, (Options)source);
        }
    }

    /// <summary>Parameters that share options.</summary>
    public class ParamGroup : ParamGroup<Options>, optim.IBetas
    {
        public ParamGroup()
        {
        }

        public ParamGroup(IEnumerable<Parameter> parameters, Options options)
            : base(parameters, options)
        {
        }

        public ParamGroup(IEnumerable<Parameter> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1E-08, double weight_decay = 0, bool amsgrad = false, bool maximize = false)
            : base(parameters, new Options { LearningRate = lr, beta1 = beta1, beta2 = beta2, eps = eps, weight_decay = weight_decay, amsgrad = amsgrad, maximize = maximize })
        {
        }

        public (double, double) Betas
        {
            get => (Options.beta1!.Value, Options.beta2!.Value);
            set => (Options.beta1, Options.beta2) = value;
        }
    }
}
