using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>Gated recurrent units over sequences: output and last state.</summary>
    public sealed class GRU : nn.Module<Tensor, Tensor, (Tensor, Tensor)>
    {
        private readonly List<Tensor> _weights = [];
        private readonly long _hidden;
        private readonly long _layers;
        private readonly int _directions;
        private readonly bool _bias;
        private readonly bool _batchFirst;
        private readonly double _dropout;

        internal GRU(long inputSize, long hiddenSize, long numLayers, bool bias, bool batchFirst, double dropout, bool bidirectional, Device? device, ScalarType? dtype)
            : base(nameof(GRU))
        {
            (_hidden, _layers, _bias, _batchFirst, _dropout) = (hiddenSize, numLayers, bias, batchFirst, dropout);
            _directions = bidirectional ? 2 : 1;
            for (var layer = 0; layer < numLayers; layer++)
            {
                for (var direction = 0; direction < _directions; direction++)
                {
                    var suffix = "_l" + layer + (direction == 0 ? string.Empty : "_reverse");
                    Add("weight_ih" + suffix, [3 * hiddenSize, layer == 0 ? inputSize : hiddenSize * _directions], device, dtype);
                    Add("weight_hh" + suffix, [3 * hiddenSize, hiddenSize], device, dtype);
                    if (!bias) continue;
                    Add("bias_ih" + suffix, [3 * hiddenSize], device, dtype);
                    Add("bias_hh" + suffix, [3 * hiddenSize], device, dtype);
                }
            }
        }

        public new (Tensor, Tensor) call(Tensor input, Tensor? h0 = null) => base.call(input, h0!);

        public override (Tensor, Tensor) forward(Tensor input, Tensor? h0 = null)
        {
            var batch = input.shape[_batchFirst ? 0 : 1];
            using var start = h0 is null ? zeros([_directions * _layers, batch, _hidden], input.dtype, input.device) : null;
            return Aten.gru__input.CallPair(input, h0 ?? start, Argument.Tensors(_weights), _bias, _layers, _dropout, training, _directions == 2, _batchFirst);
        }

        private void Add(string key, long[] shape, Device? device, ScalarType? dtype)
        {
            var weight = Adopt(Recurrent.Weight(_hidden, shape, device, dtype));
            register_parameter(key, weight);
            _weights.Add(weight);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static GRU GRU(long inputSize, long hiddenSize, long numLayers = 1, bool bias = true, bool batchFirst = false, double dropout = 0, bool bidirectional = false, Device? device = null, ScalarType? dtype = null)
                => new(inputSize, hiddenSize, numLayers, bias, batchFirst, dropout, bidirectional, device, dtype);
        }
    }
}
