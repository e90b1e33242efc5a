using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Convolution over sequences, (batch, channels, length).</summary>
public sealed class Conv1d : Convolution
{
    internal Conv1d(ConvolutionShape shape, bool bias, Device? device, ScalarType? dtype)
        : base(nameof(Conv1d), shape, bias, device, dtype)
    {
    }

    public override Tensor forward(Tensor input) => Convolve(Aten.conv1d, Aten.conv1d__padding, input);
}

/// <summary>Convolution over images, (batch, channels, height, width).</summary>
public sealed class Conv2d : Convolution
{
    internal Conv2d(ConvolutionShape shape, bool bias, Device? device, ScalarType? dtype)
        : base(nameof(Conv2d), shape, bias, device, dtype)
    {
    }

    public override Tensor forward(Tensor input) => Convolve(Aten.conv2d, Aten.conv2d__padding, input);
}

/// <summary>What the transposed convolutions share.</summary>
public abstract class ConvolutionTranspose : Convolution
{
    private protected ConvolutionTranspose(string name, ConvolutionShape shape, bool bias, Device? device, ScalarType? dtype)
        : base(name, shape, bias, device, dtype)
    {
    }

    public override Tensor forward(Tensor input) => forward(input, null);

    public abstract Tensor forward(Tensor input, long[]? output_size);

    /// <summary>The border that makes the output as large as wanted, within the stride's play.</summary>
    protected long[] _output_padding(Tensor input, long[]? output_size, long[] kernel_size, long[] stride, long[] padding, long[] dilation, long num_spatial_dims)
    {
        if (output_size is null) return output_padding;
        var count = (int)num_spatial_dims;
        var sizes = input.shape[^count..];
        var wanted = output_size.Length > count ? output_size[^count..] : output_size;
        var missing = new long[count];
        for (var d = 0; d < count; d++)
        {
            var least = ((sizes[d] - 1) * stride[d]) - (2 * padding[d]) + (dilation[d] * (kernel_size[d] - 1)) + 1;
            missing[d] = wanted[d] - least;
            if (missing[d] < 0 || missing[d] >= stride[d])
                throw new ArgumentException("Requested an output size of " + wanted[d] + ", but valid sizes range from " + least + " to " + (least + stride[d] - 1));
        }
        return missing;
    }
}

/// <summary>Transposed convolution over images.</summary>
public sealed class ConvTranspose2d : ConvolutionTranspose
{
    internal ConvTranspose2d(ConvolutionShape shape, bool bias, Device? device, ScalarType? dtype)
        : base(nameof(ConvTranspose2d), shape, bias, device, dtype)
    {
    }

    public override Tensor forward(Tensor input, long[]? output_size)
    {
        if (!ValidateShape(input, 2))
            throw new ArgumentException("Expected 3D (unbatched) or 4D (batched) input with " + in_channels + " channels to ConvTranspose2d.");
        var border = _output_padding(input, output_size, kernel_size, stride, padding!, dilation, 2);
        return nn.functional.conv_transpose2d(input, weight, bias, stride, padding, border, dilation, groups);
    }
}
