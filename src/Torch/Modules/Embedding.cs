using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>Rows of a table by number.</summary>
    public sealed class Embedding : nn.Module<Tensor, Tensor>
    {
        private readonly long _paddingIndex;
        private readonly bool _scaleByFrequency;

        [ComponentName(Name = nameof(weight))]
        private Parameter? _weight;

        internal Embedding(Tensor table, bool learned, long? paddingIndex, bool scaleByFrequency)
            : base(nameof(Embedding))
        {
            _paddingIndex = paddingIndex ?? -1;
            _scaleByFrequency = scaleByFrequency;
            weight = new Parameter(table, learned);
        }

        public Parameter? weight
        {
            get => _weight;
            set => ConditionallyRegisterParameter(nameof(weight), _weight = Adopt(value ?? throw new ArgumentNullException(nameof(value))));
        }

        public override Tensor forward(Tensor input) => Aten.embedding.Call(_weight, input, _paddingIndex, _scaleByFrequency, false);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Embedding Embedding(long num_embeddings, long embedding_dims, long? padding_idx = null, double? max_norm = null, double norm_type = 2, bool scale_grad_by_freq = false, bool sparse = false, Device? device = null, ScalarType? dtype = null)
            {
                RequirePlain(max_norm, sparse);
                var table = randn(num_embeddings, embedding_dims, dtype, device);
                if (padding_idx is { } index)
                {
                    using var row = table.select(0, index);
                    row.zero_();
                }
                return new Embedding(table, true, padding_idx, scale_grad_by_freq);
            }

            public static Embedding Embedding_from_pretrained(Tensor embeddings, bool freeze = true, long? padding_idx = null, double? max_norm = null, double norm_type = 2, bool scale_grad_by_freq = false, bool sparse = false, Device? device = null, ScalarType? dtype = null)
            {
                RequirePlain(max_norm, sparse);
                return new Embedding(embeddings.to(dtype ?? embeddings.dtype, device ?? embeddings.device, copy: true), !freeze, padding_idx, scale_grad_by_freq);
            }

            private static void RequirePlain(double? maximumNorm, bool sparse)
            {
                if (maximumNorm is not null || sparse) throw new NotSupportedException("Embeddings with max_norm or sparse gradients are not supported.");
            }
        }
    }
}
