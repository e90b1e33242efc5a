using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp
{
    /// <summary>What lies beyond an image's border.</summary>
    public enum PaddingModes
    {
        Zeros = 0,
        Reflect = 1,
        Replicate = 2,
        Circular = 3,
        Constant = 4,
    }

    /// <summary>A border given by its purpose: none, or one that keeps the size.</summary>
    public enum Padding
    {
        Valid = 0,
        Same = 1,
    }
}

namespace TorchSharp.Modules
{
    /// <summary>What the convolutions share: weights, initialised as PyTorch does, and geometry.</summary>
    public abstract class Convolution : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = nameof(weight))]
        protected Parameter? _weight;

        [ComponentName(Name = nameof(bias))]
        protected Parameter? _bias;

        protected long[] _reversed_padding_repeated_twice = [];

        private protected Convolution(string name, ConvolutionShape shape, bool bias, Device? device, ScalarType? dtype)
            : base(name)
        {
            (in_channels, out_channels, groups) = (shape.Channels[0], shape.Channels[1], shape.Channels[2]);
            (kernel_size, stride, dilation) = (shape.Kernel, shape.Stride, shape.Dilation);
            (transposed, padding_mode) = (shape.OutputPadding is not null, shape.Mode);
            output_padding = shape.OutputPadding ?? new long[kernel_size.Length];
            if (transposed && padding_mode != PaddingModes.Zeros)
                throw new ArgumentException("Only PaddingModes.Zeros is supported for ConvTransposeND");
            if (shape.PaddingType is { } purpose) SetPadding(purpose);
            else SetPadding(shape.Padding ?? new long[kernel_size.Length]);
            long[] channels = transposed ? [in_channels, out_channels / groups] : [out_channels, in_channels / groups];
            weight = empty([.. channels, .. kernel_size], dtype, device).AsParameter();
            if (bias) this.bias = empty(out_channels, dtype, device).AsParameter();
            reset_parameters();
        }

        public long in_channels { get; }

        public long out_channels { get; }

        public long groups { get; set; }

        public long[] kernel_size { get; set; }

        public long[] stride { get; set; }

        public long[] dilation { get; set; }

        public long[] output_padding { get; set; }

        public long[]? padding { get; private set; }

        public Padding? padding_type { get; private set; }

        public PaddingModes padding_mode { get; set; }

        public bool transposed { get; }

        public Parameter weight
        {
            get => _weight!;
            set => ConditionallyRegisterParameter(nameof(weight), _weight = Adopt(value));
        }

        public Parameter? bias
        {
            get => _bias;
            set => ConditionallyRegisterParameter(nameof(bias), _bias = value is null ? null : Adopt(value));
        }

        public void reset_parameters()
        {
            nn.init.kaiming_uniform_(weight, Math.Sqrt(5));
            var (fanIn, _) = nn.init.CalculateFanInAndFanOut(weight);
            if (_bias is not null && fanIn > 0) nn.init.uniform_(_bias, -1 / Math.Sqrt(fanIn), 1 / Math.Sqrt(fanIn));
        }

        public void SetPadding(long[] padding)
        {
            (padding_type, this.padding) = (null, padding);
            _reversed_padding_repeated_twice = padding.Reverse().SelectMany(size => new[] { size, size }).ToArray();
        }

        public void SetPadding(Padding padding)
        {
            if (transposed) throw new ArgumentException("Cannot set padding type on ConvTransposeND");
            if (padding == Padding.Same && stride.Any(step => step != 1))
                throw new ArgumentException("padding='same' is not supported for strided convolutions");
            (padding_type, this.padding) = (padding, null);
            var total = kernel_size.Select((size, d) => padding == Padding.Same ? dilation[d] * (size - 1) : 0).Reverse();
            _reversed_padding_repeated_twice = total.SelectMany(size => new[] { size / 2, size - (size / 2) }).ToArray();
        }

        protected bool ValidateShape(Tensor input, long dimensions)
        {
            var shape = input.shape;
            return (shape.Length == dimensions + 2 && shape[1] == in_channels) || (shape.Length == dimensions + 1 && shape[0] == in_channels);
        }

        private protected Tensor Convolve(Operator plain, Operator byPurpose, Tensor input)
        {
            if (!ValidateShape(input, kernel_size.Length))
                throw new ArgumentException("Expected input with " + in_channels + " channels to " + GetName() + ", got [" + string.Join(", ", input.shape) + "].");
            if (padding_mode != PaddingModes.Zeros)
            {
                using var padded = nn.functional.pad(input, _reversed_padding_repeated_twice, padding_mode);
                return plain.Call(padded, _weight, _bias, stride, new long[kernel_size.Length], dilation, groups);
            }
            return padding_type is { } purpose
                ? byPurpose.Call(input, _weight, _bias, stride, purpose == Padding.Same ? "same" : "valid", dilation, groups)
                : plain.Call(input, _weight, _bias, stride, padding, dilation, groups);
        }
    }

    /// <summary>The geometry of a convolution; channels are {in, out, groups}, and an output border makes it transposed.</summary>
    internal sealed record ConvolutionShape(
        long[] Channels, long[] Kernel, long[] Stride, long[]? Padding, Padding? PaddingType, long[] Dilation, long[]? OutputPadding, PaddingModes Mode);
}
