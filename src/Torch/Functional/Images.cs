namespace TorchSharp;

public static partial class torch
{
    /// <summary>How values between pixels are found.</summary>
    public enum InterpolationMode
    {
        Nearest = 0,
        Linear = 1,
        Bilinear = 2,
        Bicubic = 3,
        Trilinear = 4,
        Area = 5,
        NearestExact = 6,
    }

    public static partial class nn
    {
        public static partial class functional
        {
            public static Tensor conv1d(Tensor input, Tensor weight, Tensor? bias = null, long? stride = null, long? padding = null, long? dilation = null, long groups = 1)
                => Aten.conv1d.Call(input, weight, bias, (long[])[stride ?? 1], (long[])[padding ?? 0], (long[])[dilation ?? 1], groups);

            public static Tensor conv2d(Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null, long[]? dilation = null, long groups = 1)
                => Aten.conv2d.Call(input, weight, bias, strides ?? [1], padding ?? [0], dilation ?? [1], groups);

            public static Tensor conv_transpose2d(Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null, long[]? output_padding = null, long[]? dilation = null, long groups = 1)
                => Aten.conv_transpose2d__input.Call(input, weight, bias, strides ?? [1, 1], padding ?? [0, 0], output_padding ?? [0, 0], groups, dilation ?? [1, 1]);

            public static Tensor pad(Tensor input, long[] pad, PaddingModes mode = PaddingModes.Constant, double value = 0) => mode switch
            {
                PaddingModes.Zeros => Aten.pad.Call(input, pad, "constant", 0.0),
                PaddingModes.Constant => Aten.pad.Call(input, pad, "constant", value),
                PaddingModes.Reflect => Aten.pad.Call(input, pad, "reflect"),
                PaddingModes.Replicate => Aten.pad.Call(input, pad, "replicate"),
                _ => Aten.pad.Call(input, pad, "circular"),
            };

            public static Tensor pad(Tensor input, (long, long) pad, PaddingModes mode = PaddingModes.Constant, double value = 0)
                => functional.pad(input, Pair(pad), mode, value);

            public static Tensor pad(Tensor input, (long, long, long, long) pad, PaddingModes mode = PaddingModes.Constant, double value = 0)
                => functional.pad(input, [pad.Item1, pad.Item2, pad.Item3, pad.Item4], mode, value);

            public static Tensor interpolate(Tensor x, long[]? size = null, double[]? scale_factor = null, InterpolationMode mode = InterpolationMode.Nearest, bool? align_corners = null, bool recompute_scale_factor = false, bool antialias = false)
            {
                if (antialias) throw new NotSupportedException("Interpolation with antialiasing is not supported.");
                if (recompute_scale_factor && scale_factor is not null)
                {
                    var sizes = x.shape[2..];
                    (size, scale_factor) = (sizes.Select((old, d) => (long)Math.Floor(old * scale_factor[scale_factor.Length == 1 ? 0 : d])).ToArray(), null);
                }
                var spatial = (int)x.ndim - 2;
                if (size is { Length: 1 }) size = Enumerable.Repeat(size[0], spatial).ToArray();
                if (scale_factor is { Length: 1 }) scale_factor = Enumerable.Repeat(scale_factor[0], spatial).ToArray();
                var corners = align_corners ?? false;
                return (mode, spatial) switch
                {
                    (InterpolationMode.Nearest, 1) => Aten.upsample_nearest1d__vec.Call(x, size, scale_factor),
                    (InterpolationMode.Nearest, 2) => Aten.upsample_nearest2d__vec.Call(x, size, scale_factor),
                    (InterpolationMode.Linear, 1) => Aten.upsample_linear1d__vec.Call(x, size, corners, scale_factor),
                    (InterpolationMode.Bilinear, 2) => Aten.upsample_bilinear2d__vec.Call(x, size, corners, scale_factor),
                    (InterpolationMode.Bicubic, 2) => Aten.upsample_bicubic2d__vec.Call(x, size, corners, scale_factor),
                    _ => throw new NotSupportedException("Interpolation " + mode + " of " + spatial + " spatial dimensions is not supported."),
                };
            }

            public static Tensor max_pool2d(Tensor input, long[] kernel_size, long[]? strides = null, long[]? padding = null, long[]? dilation = null, bool ceil_mode = false)
                => Aten.max_pool2d.Call(input, kernel_size, strides ?? kernel_size, padding ?? [0], dilation ?? [1], ceil_mode);

            public static Tensor max_pool2d(Tensor input, long kernel_size, long? stride = null, long? padding = null, long? dilation = null, bool ceil_mode = false)
                => max_pool2d(input, Twice(kernel_size), Twice(stride ?? kernel_size), Twice(padding ?? 0), Twice(dilation ?? 1), ceil_mode);

            public static Tensor avg_pool2d(Tensor input, long[] kernel_size, long[]? stride = null, long[]? padding = null, bool ceil_mode = false, bool count_include_pad = true, long? divisor_override = null)
                => Aten.avg_pool2d.Call(input, kernel_size, stride ?? kernel_size, padding ?? [0], ceil_mode, count_include_pad, divisor_override);

            public static Tensor avg_pool2d(Tensor input, long kernel_size, long? stride = null, long padding = 0, bool ceil_mode = false, bool count_include_pad = true, long? divisor_override = null)
                => avg_pool2d(input, Twice(kernel_size), Twice(stride ?? kernel_size), Twice(padding), ceil_mode, count_include_pad, divisor_override);

            public static Tensor adaptive_avg_pool2d(Tensor input, long[] output_size) => Aten.adaptive_avg_pool2d.Call(input, output_size);
        }
    }
}
