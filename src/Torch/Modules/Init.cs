namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>First values of parameters, drawn in place and without being recorded for gradients.</summary>
        public static class init
        {
            /// <summary>What follows a layer, for the gain that keeps the variance.</summary>
            public enum NonlinearityType
            {
                Linear = 0,
                Conv1D = 1,
                Conv2D = 2,
                Conv3D = 3,
                ConvTranspose1D = 4,
                ConvTranspose2D = 5,
                ConvTranspose3D = 6,
                Sigmoid = 7,
                Tanh = 8,
                ReLU = 9,
                LeakyReLU = 10,
            }

            /// <summary>Which side's width decides.</summary>
            public enum FanInOut
            {
                FanIn = 0,
                FanOut = 1,
            }

            public static double calculate_gain(NonlinearityType nonlinearity, double param = 0) => nonlinearity switch
            {
                NonlinearityType.Tanh => 5.0 / 3,
                NonlinearityType.ReLU => Math.Sqrt(2),
                NonlinearityType.LeakyReLU => Math.Sqrt(2 / (1 + (param * param))),
                _ => 1,
            };

            public static (long fanIn, long fanOut) CalculateFanInAndFanOut(Tensor tensor)
            {
                var shape = tensor.shape;
                if (shape.Length < 2) throw new ArgumentException("Fan in and fan out can not be computed for tensor with fewer than 2 dimensions");
                var field = shape.Skip(2).Aggregate(1L, (product, size) => product * size);
                return (shape[1] * field, shape[0] * field);
            }

            public static Tensor ones_(Tensor tensor) => Quietly(tensor, t => t.fill_(1));

            public static Tensor zeros_(Tensor tensor) => Quietly(tensor, t => t.zero_());

            public static Tensor constant_(Tensor tensor, Scalar val) => Quietly(tensor, t => t.fill_(val));

            public static Tensor eye_(Tensor tensor) => Quietly(tensor, t =>
            {
                using var identity = eye(t.shape[0], t.shape[1], t.dtype, t.device);
                t.copy_(identity);
            });

            public static Tensor uniform_(Tensor tensor, double low = 0, double high = 1, Generator? generator = null)
                => Quietly(tensor, t => t.uniform_(low, high, generator));

            public static Tensor normal_(Tensor tensor, double mean = 0, double std = 1, Generator? generator = null)
                => Quietly(tensor, t => t.normal_(mean, std, generator));

            /// <summary>A normal distribution cut at a and b, by the inverse of its distribution function.</summary>
            public static Tensor trunc_normal_(Tensor tensor, double mean = 0, double std = 1, double a = -2, double b = 2, Generator? generator = null)
                => Quietly(tensor, t =>
                {
                    var low = NormalCdf((a - mean) / std);
                    var high = NormalCdf((b - mean) / std);
                    t.uniform_((2 * low) - 1, (2 * high) - 1, generator);
                    t.erfinv_().mul_(std * Math.Sqrt(2)).add_(mean).clamp_((Scalar)a, (Scalar)b);
                });

            /// <summary>A (semi-)orthogonal matrix (Saxe et al. 2013), from the QR decomposition of normal numbers.</summary>
            public static Tensor orthogonal_(Tensor tensor, double gain = 1) => Quietly(tensor, t =>
            {
                using var scope = NewDisposeScope();
                var rows = t.shape[0];
                var columns = t.numel() / rows;
                var flat = randn(rows, columns, t.dtype, t.device);
                if (rows < columns) flat = flat.transpose(0, 1);
                var (q, r) = Aten.linalg_qr.CallPair(flat);
                q = q * r.diagonal().sign();
                if (rows < columns) q = q.transpose(0, 1);
                t.copy_(q.reshape(t.shape).mul(gain));
            });

            public static Tensor kaiming_uniform_(Tensor tensor, double a = 0, FanInOut mode = FanInOut.FanIn, NonlinearityType nonlinearity = NonlinearityType.LeakyReLU)
            {
                var bound = Math.Sqrt(3) * KaimingDeviation(tensor, a, mode, nonlinearity);
                return uniform_(tensor, -bound, bound);
            }

            public static Tensor kaiming_normal_(Tensor tensor, double a = 0, FanInOut mode = FanInOut.FanIn, NonlinearityType nonlinearity = NonlinearityType.LeakyReLU)
                => normal_(tensor, 0, KaimingDeviation(tensor, a, mode, nonlinearity));

            public static Tensor xavier_uniform_(Tensor tensor, double gain = 1)
            {
                var bound = Math.Sqrt(3) * XavierDeviation(tensor, gain);
                return uniform_(tensor, -bound, bound);
            }

            /// <summary>Normal, as its name and its paper say; TorchSharp 0.105.2 draws from the uniform one here.</summary>
            public static Tensor xavier_normal_(Tensor tensor, double gain = 1) => normal_(tensor, 0, XavierDeviation(tensor, gain));

            private static double KaimingDeviation(Tensor tensor, double a, FanInOut mode, NonlinearityType nonlinearity)
            {
                var (fanIn, fanOut) = CalculateFanInAndFanOut(tensor);
                return calculate_gain(nonlinearity, a) / Math.Sqrt(mode == FanInOut.FanIn ? fanIn : fanOut);
            }

            private static double XavierDeviation(Tensor tensor, double gain)
            {
                var (fanIn, fanOut) = CalculateFanInAndFanOut(tensor);
                return gain * Math.Sqrt(2.0 / (fanIn + fanOut));
            }

            /// <summary>Φ by Simpson's rule over the density: the border needs no more than double's precision at ten cells a unit.</summary>
            private static double NormalCdf(double x)
            {
                const int Cells = 2000;
                var end = Math.Clamp(x, -10, 10);
                var h = end / Cells;
                double Density(double z) => Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI);
                var sum = Density(0) + Density(end);
                for (var i = 1; i < Cells; i++) sum += (i % 2 == 0 ? 2 : 4) * Density(i * h);
                return 0.5 + (sum * h / 3);
            }

            private static Tensor Quietly(Tensor tensor, Action<Tensor> change)
            {
                using var quiet = no_grad();
                change(tensor);
                return tensor;
            }
        }
    }
}
