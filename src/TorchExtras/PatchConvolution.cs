using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Robotics.TorchExtras;

/// <summary>
/// Convolutions as matrix products: patches side by side, times the weights. Used where oneDNN is restricted to
/// <see cref="OneDnn.SafeInstructions"/> and slow for it; elsewhere, and on other devices, libtorch's operators run. Both agree up to
/// rounding. Gradients of gradients are not supported. Thread-safe.
/// </summary>
public static class PatchConvolution
{
    // A tensor's memory is reached by a span of bytes; what needs more takes libtorch's operator.
    private const long MaximumElements = int.MaxValue / sizeof(float);

    /// <summary>True when this process computes convolutions in CPU memory by patches.</summary>
    public static bool IsUsed { get; } = OneDnn.Limit == OneDnn.SafeInstructions;

    /// <summary>Output of a layer with a bias, a square kernel and no padding.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="input">[N × channel × height × width].</param>
    public static Tensor Forward(Conv2d layer, Tensor input) => IsUsed && Fits(input, layer.kernel_size[0], layer.stride![0])
        ? Convolve(input, layer.weight!, layer.bias!, (int)layer.stride[0])
        : layer.forward(input.contiguous());

    /// <summary>Output of a layer with a bias, a square kernel and the same stride and padding on all sides.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="input">[N × channel × height × width].</param>
    public static Tensor Forward(ConvTranspose2d layer, Tensor input) =>
        IsUsed && Fits(layer.out_channels, input, layer.kernel_size[0])
            ? ConvolveTransposed(input, layer.weight!, layer.bias!, (int)layer.stride![0], (int)layer.padding![0])
            : layer.forward(input.contiguous());

    /// <summary>As <c>conv2d</c> without padding; channels of the result are adjacent in memory.</summary>
    internal static Tensor Convolve(Tensor input, Tensor weight, Tensor bias, int stride)
    {
        var (n, o, kernel) = (input.shape[0], weight.shape[0], (int)weight.shape[2]);
        var shape = new PatchShape((int)n, (int)input.shape[2], (int)input.shape[3], (int)input.shape[1], kernel, stride, 0);
        var pixels = input.permute(0, 2, 3, 1);
        var patches = kernel == 1 && stride == 1 ? pixels.reshape(-1, shape.Channels) : GatherPatches.apply(pixels, shape);
        return nn.functional.linear(patches, weight.permute(0, 2, 3, 1).reshape(o, -1), bias)
            .view(n, shape.Rows, shape.Columns, o).permute(0, 3, 1, 2);
    }

    /// <summary>As <c>conv_transpose2d</c>; channels of the result are adjacent in memory.</summary>
    internal static Tensor ConvolveTransposed(Tensor input, Tensor weight, Tensor bias, int stride, int padding)
    {
        var (n, channels, o, kernel) = ((int)input.shape[0], input.shape[1], (int)weight.shape[1], (int)weight.shape[2]);
        var shape = new PatchShape(n, Side(input.shape[2]), Side(input.shape[3]), o, kernel, stride, padding);
        var products = input.permute(0, 2, 3, 1).reshape(-1, channels).mm(weight.permute(0, 2, 3, 1).reshape(channels, -1));
        return (ScatterPatches.apply(products, shape) + bias).permute(0, 3, 1, 2);

        int Side(long side) => (((int)side - 1) * stride) - (2 * padding) + kernel;
    }

    private static bool Fits(Tensor input, long kernel, long stride) => IsPlain(input)
        && input.NumberOfElements * kernel * kernel / (stride * stride) <= MaximumElements;

    private static bool Fits(long outputs, Tensor input, long kernel) => IsPlain(input)
        && input.NumberOfElements / input.shape[1] * outputs * kernel * kernel <= MaximumElements;

    private static bool IsPlain(Tensor input) => input.device_type == DeviceType.CPU && input.dtype == ScalarType.Float32
        && input.NumberOfElements is > 0 and <= MaximumElements;

    private static Tensor Gather(Tensor images, PatchShape shape)
    {
        using var packed = images.contiguous();
        var size = new long[] { (long)shape.Count * shape.Rows * shape.Columns, shape.PatchLength };
        var patches = shape.Padding > 0 ? zeros(size) : empty(size);
        shape.Gather(Floats(packed), Floats(patches));
        return patches;
    }

    private static Tensor Scatter(Tensor patches, PatchShape shape)
    {
        using var packed = patches.contiguous();
        var images = zeros(shape.Count, shape.Height, shape.Width, shape.Channels);
        shape.Scatter(Floats(packed), Floats(images));
        return images;
    }

    private static Span<float> Floats(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);

    /// <summary>[N × height × width × channel] to patches.</summary>
    private sealed class GatherPatches : autograd.SingleTensorFunction<GatherPatches>
    {
        public override string Name => nameof(GatherPatches);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            ctx.save_data(nameof(PatchShape), vars[1]);
            return Gather((Tensor)vars[0], (PatchShape)vars[1]);
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) =>
            [Scatter(grad_output, (PatchShape)ctx.get_data(nameof(PatchShape))), null!];
    }

    /// <summary>Patches to the sum of what covers each position, [N × height × width × channel].</summary>
    private sealed class ScatterPatches : autograd.SingleTensorFunction<ScatterPatches>
    {
        public override string Name => nameof(ScatterPatches);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            ctx.save_data(nameof(PatchShape), vars[1]);
            return Scatter((Tensor)vars[0], (PatchShape)vars[1]);
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) =>
            [Gather(grad_output, (PatchShape)ctx.get_data(nameof(PatchShape))), null!];
    }
}
