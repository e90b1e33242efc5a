using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>One step of a gated recurrent unit (Cho et al. 2014), (batch, features).</summary>
    public sealed class GRUCell : nn.Module<Tensor, Tensor, Tensor>
    {
        private readonly long _hidden;

        [ComponentName(Name = nameof(weight_ih))]
        private Parameter? _weightInput;

        [ComponentName(Name = nameof(weight_hh))]
        private Parameter? _weightHidden;

        [ComponentName(Name = nameof(bias_ih))]
        private Parameter? _biasInput;

        [ComponentName(Name = nameof(bias_hh))]
        private Parameter? _biasHidden;

        internal GRUCell(long inputSize, long hiddenSize, bool bias, Device? device, ScalarType? dtype)
            : base(nameof(GRUCell))
        {
            _hidden = hiddenSize;
            weight_ih = Recurrent.Weight(hiddenSize, [3 * hiddenSize, inputSize], device, dtype);
            weight_hh = Recurrent.Weight(hiddenSize, [3 * hiddenSize, hiddenSize], device, dtype);
            if (!bias) return;
            bias_ih = Recurrent.Weight(hiddenSize, [3 * hiddenSize], device, dtype);
            bias_hh = Recurrent.Weight(hiddenSize, [3 * hiddenSize], device, dtype);
        }

        public Parameter? weight_ih
        {
            get => _weightInput;
            set => ConditionallyRegisterParameter(nameof(weight_ih), _weightInput = Adopt(value!));
        }

        public Parameter? weight_hh
        {
            get => _weightHidden;
            set => ConditionallyRegisterParameter(nameof(weight_hh), _weightHidden = Adopt(value!));
        }

        public Parameter? bias_ih
        {
            get => _biasInput;
            set => ConditionallyRegisterParameter(nameof(bias_ih), _biasInput = Adopt(value!));
        }

        public Parameter? bias_hh
        {
            get => _biasHidden;
            set => ConditionallyRegisterParameter(nameof(bias_hh), _biasHidden = Adopt(value!));
        }

        public override Tensor forward(Tensor input, Tensor? h0 = null)
        {
            using var start = h0 is null ? Recurrent.Start(input, _hidden) : null;
            return Aten.gru_cell.Call(input, h0 ?? start, _weightInput, _weightHidden, _biasInput, _biasHidden);
        }
    }

    /// <summary>One step of a long short-term memory, (batch, features).</summary>
    public sealed class LSTMCell : nn.Module<Tensor, (Tensor, Tensor)?, (Tensor, Tensor)>
    {
        private readonly long _hidden;

        [ComponentName(Name = nameof(weight_ih))]
        private Parameter? _weightInput;

        [ComponentName(Name = nameof(weight_hh))]
        private Parameter? _weightHidden;

        [ComponentName(Name = nameof(bias_ih))]
        private Parameter? _biasInput;

        [ComponentName(Name = nameof(bias_hh))]
        private Parameter? _biasHidden;

        internal LSTMCell(long inputSize, long hiddenSize, bool bias, Device? device, ScalarType? dtype)
            : base(nameof(LSTMCell))
        {
            _hidden = hiddenSize;
            weight_ih = Recurrent.Weight(hiddenSize, [4 * hiddenSize, inputSize], device, dtype);
            weight_hh = Recurrent.Weight(hiddenSize, [4 * hiddenSize, hiddenSize], device, dtype);
            if (!bias) return;
            bias_ih = Recurrent.Weight(hiddenSize, [4 * hiddenSize], device, dtype);
            bias_hh = Recurrent.Weight(hiddenSize, [4 * hiddenSize], device, dtype);
        }

        public Parameter? weight_ih
        {
            get => _weightInput;
            set => ConditionallyRegisterParameter(nameof(weight_ih), _weightInput = Adopt(value!));
        }

        public Parameter? weight_hh
        {
            get => _weightHidden;
            set => ConditionallyRegisterParameter(nameof(weight_hh), _weightHidden = Adopt(value!));
        }

        public Parameter? bias_ih
        {
            get => _biasInput;
            set => ConditionallyRegisterParameter(nameof(bias_ih), _biasInput = Adopt(value!));
        }

        public Parameter? bias_hh
        {
            get => _biasHidden;
            set => ConditionallyRegisterParameter(nameof(bias_hh), _biasHidden = Adopt(value!));
        }

        public new (Tensor, Tensor) call(Tensor input, (Tensor, Tensor)? h0_c0 = null) => base.call(input, h0_c0);

        public override (Tensor, Tensor) forward(Tensor input, (Tensor, Tensor)? h0_c0)
        {
            using var start = h0_c0 is null ? Recurrent.Start(input, _hidden) : null;
            var (hidden, cell) = h0_c0 ?? (start!, start!);
            return Aten.lstm_cell.CallPair(input, Argument.Tensors([hidden, cell]), _weightInput, _weightHidden, _biasInput, _biasHidden);
        }
    }
}

namespace TorchSharp
{
    /// <summary>What the recurrent modules share.</summary>
    internal static class Recurrent
    {
        /// <summary>Uniform within ±1/√hidden, as PyTorch initialises all weights of its recurrent modules.</summary>
        internal static Parameter Weight(long hidden, long[] shape, Device? device, ScalarType? dtype)
        {
            var bound = 1 / Math.Sqrt(hidden);
            return (Parameter)nn.init.uniform_(empty(shape, dtype, device).AsParameter(), -bound, bound);
        }

        internal static Tensor Start(Tensor input, long hidden) => zeros([input.shape[0], hidden], input.dtype, input.device);
    }

    public static partial class torch
    {
        public static partial class nn
        {
            public static GRUCell GRUCell(long inputSize, long hiddenSize, bool bias = true, Device? device = null, ScalarType? dtype = null)
                => new(inputSize, hiddenSize, bias, device, dtype);

            public static LSTMCell LSTMCell(long inputSize, long hiddenSize, bool bias = true, Device? device = null, ScalarType? dtype = null)
                => new(inputSize, hiddenSize, bias, device, dtype);
        }
    }
}
