using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static Conv1d Conv1d(long in_channels, long out_channels, long kernel_size, long stride = 1, long padding = 0, long dilation = 1, PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null)
            => new(new([in_channels, out_channels, groups], [kernel_size], [stride], [padding], null, [dilation], null, padding_mode), bias, device, dtype);

        public static Conv1d Conv1d(long in_channels, long out_channels, long kernel_size, Padding padding, long stride = 1, long dilation = 1, PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null)
            => new(new([in_channels, out_channels, groups], [kernel_size], [stride], null, padding, [dilation], null, padding_mode), bias, device, dtype);

        public static Conv2d Conv2d(long in_channels, long out_channels, long kernel_size, long stride = 1, long padding = 0, long dilation = 1, PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null)
            => new(new([in_channels, out_channels, groups], Twice(kernel_size), Twice(stride), Twice(padding), null, Twice(dilation), null, padding_mode), bias, device, dtype);

        public static Conv2d Conv2d(long in_channels, long out_channels, (long, long) kernel_size, (long, long)? stride = null, (long, long)? padding = null, (long, long)? dilation = null, PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null)
            => new(new([in_channels, out_channels, groups], Pair(kernel_size), Pair(stride, 1), Pair(padding, 0), null, Pair(dilation, 1), null, padding_mode), bias, device, dtype);

        public static Conv2d Conv2d(long in_channels, long out_channels, long kernel_size, Padding padding, long stride = 1, long dilation = 1, PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null)
            => new(new([in_channels, out_channels, groups], Twice(kernel_size), Twice(stride), null, padding, Twice(dilation), null, padding_mode), bias, device, dtype);

        public static Conv2d Conv2d(long in_channels, long out_channels, (long, long) kernel_size, Padding padding, (long, long)? stride = null, (long, long)? dilation = null, PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null)
            => new(new([in_channels, out_channels, groups], Pair(kernel_size), Pair(stride, 1), null, padding, Pair(dilation, 1), null, padding_mode), bias, device, dtype);

        public static ConvTranspose2d ConvTranspose2d(long in_channels, long out_channels, long kernel_size, long stride = 1, long padding = 0, long output_padding = 0, long dilation = 1, PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null)
            => new(new([in_channels, out_channels, groups], Twice(kernel_size), Twice(stride), Twice(padding), null, Twice(dilation), Twice(output_padding), padding_mode), bias, device, dtype);

        public static ConvTranspose2d ConvTranspose2d(long in_channels, long out_channels, (long, long) kernel_size, (long, long)? stride = null, (long, long)? padding = null, (long, long)? output_padding = null, (long, long)? dilation = null, PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null)
            => new(new([in_channels, out_channels, groups], Pair(kernel_size), Pair(stride, 1), Pair(padding, 0), null, Pair(dilation, 1), Pair(output_padding, 0), padding_mode), bias, device, dtype);

        private static long[] Twice(long size) => [size, size];

        private static long[] Pair((long, long) sizes) => [sizes.Item1, sizes.Item2];

        private static long[] Pair((long, long)? sizes, long otherwise) => Pair(sizes ?? (otherwise, otherwise));
    }
}
