using System.Runtime.Intrinsics;
using Robotics.Core.Randomness;
using Robotics.Core.Terms;
using Robotics.Inference.Dense;
using Robotics.Inference.Simd;
using Robotics.Inference.Terms;

namespace Robotics.Tests.Unit.Inference;

/// <summary>The vector functions of any width on arrays whose length is a multiple of sixteen.</summary>
internal static unsafe class VectorFunctions
{
    public static float[] Apply(VectorWidth width, string function, float[] values)
    {
        var result = new float[values.Length];
        fixed (float* source = values, target = result)
        {
            switch (width)
            {
                case VectorWidth.Bits512:
                    Apply<Simd512, Vector512<float>, Vector512<uint>>(function, source, target, values.Length);
                    break;
                case VectorWidth.Bits256:
                    Apply<Simd256, Vector256<float>, Vector256<uint>>(function, source, target, values.Length);
                    break;
                default:
                    Apply<Simd128, Vector128<float>, Vector128<uint>>(function, source, target, values.Length);
                    break;
            }
        }

        return result;
    }

    /// <summary>Four words for each of sixteen counters (i, 7, 8, 9): [4 × 16].</summary>
    public static uint[] PhiloxWords(VectorWidth width, RandomKey key) => width switch
    {
        VectorWidth.Bits512 => PhiloxWords<Simd512, Vector512<float>, Vector512<uint>>(key),
        VectorWidth.Bits256 => PhiloxWords<Simd256, Vector256<float>, Vector256<uint>>(key),
        _ => PhiloxWords<Simd128, Vector128<float>, Vector128<uint>>(key),
    };

    /// <summary>Runs a packed network on one tile of one or two vectors: [inputs × tile] to [outputs × tile].</summary>
    public static float[] RunNetwork(PackedMlp network, int member, float[] input, int vectors = 2)
    {
        var (first, second, source) =
            (new AlignedFloats(network.ScratchLength), new AlignedFloats(network.ScratchLength), new AlignedFloats(input.Length));
        input.CopyTo(source.Span);
        var output = network.Width switch
        {
            VectorWidth.Bits512 =>
                network.Run<Simd512, Vector512<float>, Vector512<uint>>(member, vectors, source.Pointer, first.Pointer, second.Pointer),
            VectorWidth.Bits256 =>
                network.Run<Simd256, Vector256<float>, Vector256<uint>>(member, vectors, source.Pointer, first.Pointer, second.Pointer),
            _ => network.Run<Simd128, Vector128<float>, Vector128<uint>>(member, vectors, source.Pointer, first.Pointer, second.Pointer),
        };
        return new ReadOnlySpan<float>(output, network.Layers[^1].Outputs * vectors * network.Width.Lanes()).ToArray();
    }

    /// <summary>Runs a term program on lanes: [element × lanes] and [action × lanes] to [output × lanes].</summary>
    public static float[] RunTerms(VectorWidth width, TermProgram program, int lanes, float[] observations, float[] actions)
    {
        var tile = new TermTileProgram(program, lanes);
        var registers = new float[Math.Max(1, tile.RegisterCount) * lanes];
        var result = new float[program.Outputs.Count * lanes];
        fixed (float* o = observations, a = actions, r = registers)
        {
            switch (width)
            {
                case VectorWidth.Bits512:
                    tile.Run<Simd512, Vector512<float>, Vector512<uint>>(o, a, r, lanes, lanes);
                    break;
                case VectorWidth.Bits256:
                    tile.Run<Simd256, Vector256<float>, Vector256<uint>>(o, a, r, lanes, lanes);
                    break;
                default:
                    tile.Run<Simd128, Vector128<float>, Vector128<uint>>(o, a, r, lanes, lanes);
                    break;
            }

            for (var i = 0; i < program.Outputs.Count; i++)
                new ReadOnlySpan<float>(tile.Output(i, o, a, r, lanes), lanes).CopyTo(result.AsSpan(i * lanes));
        }

        return result;
    }

    private static void Apply<TS, TF, TU>(string function, float* source, float* target, int count)
        where TS : struct, ISimd<TF, TU>
        where TF : struct
        where TU : struct
    {
        for (var i = 0; i < count; i += TS.Lanes)
        {
            var x = TS.Load(source + i);
            TS.Store(
                function switch
                {
                    "exp" => SimdMath<TS, TF, TU>.Exp(x),
                    "log" => SimdMath<TS, TF, TU>.Log(x),
                    "sin" => SimdMath<TS, TF, TU>.SinCos(x).Sine,
                    "cos" => SimdMath<TS, TF, TU>.SinCos(x).Cosine,
                    "tanh" => SimdMath<TS, TF, TU>.Tanh(x),
                    "silu" => SimdMath<TS, TF, TU>.SiLU(x),
                    _ => SimdMath<TS, TF, TU>.Softplus(x),
                },
                target + i);
        }
    }

    private static uint[] PhiloxWords<TS, TF, TU>(RandomKey key)
        where TS : struct, ISimd<TF, TU>
        where TF : struct
        where TU : struct
    {
        var counters = Enumerable.Range(0, 16).Select(i => (uint)i).ToArray();
        var words = new uint[4 * 16];
        fixed (uint* counter = counters, target = words)
        {
            for (var i = 0; i < 16; i += TS.Lanes)
            {
                var (c0, c1, c2, c3) = (TS.LoadWords(counter + i), TS.CreateWords(7), TS.CreateWords(8), TS.CreateWords(9));
                NormalNoise<TS, TF, TU>.Block(key, ref c0, ref c1, ref c2, ref c3);
                TS.Store(TS.AsFloats(c0), (float*)(target + i));
                TS.Store(TS.AsFloats(c1), (float*)(target + 16 + i));
                TS.Store(TS.AsFloats(c2), (float*)(target + 32 + i));
                TS.Store(TS.AsFloats(c3), (float*)(target + 48 + i));
            }
        }

        return words;
    }
}
