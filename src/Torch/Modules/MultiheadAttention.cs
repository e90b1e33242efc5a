using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>
    /// Attention in several subspaces (Vaswani et al. 2017, section 3.2). Tensors are (length, batch, features); where a
    /// truth-valued mask holds, there is no attention.
    /// </summary>
    public sealed class MultiheadAttention : nn.Module<Tensor, Tensor, Tensor, Tensor?, bool, Tensor?, Tuple<Tensor, Tensor>>
    {
        private readonly long _heads;
        private readonly double _dropout;

        [ComponentName(Name = "in_proj_weight")]
        private readonly Parameter _inWeight;

        [ComponentName(Name = "in_proj_bias")]
        private readonly Parameter? _inBias;

        [ComponentName(Name = "out_proj")]
        private readonly Linear _out;

        internal MultiheadAttention(long width, long heads, double dropout, bool bias)
            : base(nameof(MultiheadAttention))
        {
            if (width % heads != 0) throw new ArgumentException("embed_dim must be divisible by num_heads");
            (_heads, _dropout) = (heads, dropout);
            _inWeight = empty(3 * width, width).AsParameter();
            nn.init.xavier_uniform_(_inWeight);
            if (bias) _inBias = zeros(3 * width).AsParameter();
            _out = nn.Linear(width, width, bias);
            if (_out.bias is not null) nn.init.zeros_(_out.bias);
            RegisterComponents();
        }

        public new Tuple<Tensor, Tensor> call(Tensor query, Tensor key, Tensor value, Tensor? key_padding_mask = null, bool need_weights = true, Tensor? attn_mask = null)
            => base.call(query, key, value, key_padding_mask, need_weights, attn_mask);

        public override Tuple<Tensor, Tensor> forward(Tensor query, Tensor key, Tensor value, Tensor? key_padding_mask, bool need_weights, Tensor? attn_mask)
        {
            using var scope = NewDisposeScope();
            var (queries, batch, width) = (query.shape[0], query.shape[1], query.shape[2]);
            var q = Heads(query, 0) / Math.Sqrt(width / _heads);
            var k = Heads(key, 1);
            var v = Heads(value, 2);
            var scores = Masked(q.bmm(k.transpose(1, 2)), batch, key_padding_mask, attn_mask);
            var weights = scores.softmax(-1);
            var mixed = nn.functional.dropout(weights, _dropout, training).bmm(v);
            var result = _out.call(mixed.transpose(0, 1).reshape(queries, batch, width)).MoveToOuterDisposeScope();
            var average = need_weights ? weights.view(batch, _heads, queries, -1).mean([1]).MoveToOuterDisposeScope() : null;
            return Tuple.Create(result, average!);
        }

        /// <summary>Projects with the wanted third of the weights: (length, batch, width) to (batch · heads, length, width/heads).</summary>
        private Tensor Heads(Tensor input, int part)
        {
            var (length, batch, width) = (input.shape[0], input.shape[1], input.shape[2]);
            var weight = _inWeight.narrow(0, part * width, width);
            var projected = nn.functional.linear(input, weight, _inBias?.narrow(0, part * width, width));
            return projected.contiguous().view(length, batch * _heads, width / _heads).transpose(0, 1);
        }

        private Tensor Masked(Tensor scores, long batch, Tensor? padding, Tensor? mask)
        {
            if (mask is not null)
                scores = mask.dtype == ScalarType.Bool ? scores.masked_fill(mask, double.NegativeInfinity) : scores + mask;
            if (padding is null) return scores;
            var (queries, keys) = (scores.shape[1], scores.shape[2]);
            var perHead = scores.view(batch, _heads, queries, keys);
            return perHead.masked_fill(padding.@bool().view(batch, 1, 1, keys), double.NegativeInfinity).view(batch * _heads, queries, keys);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static MultiheadAttention MultiheadAttention(long embedded_dim, long num_heads, double dropout = 0, bool bias = true, bool add_bias_kv = false, bool add_zero_attn = false, long? kdim = null, long? vdim = null)
            {
                if (add_bias_kv || add_zero_attn || (kdim ?? embedded_dim) != embedded_dim || (vdim ?? embedded_dim) != embedded_dim)
                    throw new NotSupportedException("MultiheadAttention with add_bias_kv, add_zero_attn, kdim or vdim is not supported.");
                return new MultiheadAttention(embedded_dim, num_heads, dropout, bias);
            }
        }
    }
}
