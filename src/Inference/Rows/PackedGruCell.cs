using System.Runtime.Intrinsics;
using Robotics.Inference.Dense;
using Robotics.Inference.Simd;

namespace Robotics.Inference.Rows;

/// <summary>
/// A gated recurrent unit (Cho et al. 2014) as libtorch computes it, gates in the order reset, update, new:
/// r = σ(W_r x + b_r + U_r h + c_r), z = σ(W_z x + b_z + U_z h + c_z), n = tanh(W_n x + b_n + r·(U_n h + c_n)),
/// h' = (1 − z)·n + z·h. Rows are beliefs; a row's result does not depend on the other rows. Immutable; thread-safe as long
/// as each caller brings its own scratch.
/// </summary>
public sealed unsafe class PackedGruCell
{
    private const int Gates = 3;
    private readonly PackedLinear _input;
    private readonly PackedLinear _state;

    /// <summary>Packs a cell. Copies everything; for set-up.</summary>
    /// <param name="inputWeights">W, [3·units × inputs], libtorch's <c>weight_ih</c>.</param>
    /// <param name="stateWeights">U, [3·units × units], libtorch's <c>weight_hh</c>.</param>
    /// <param name="inputBiases">b, [3·units], libtorch's <c>bias_ih</c>.</param>
    /// <param name="stateBiases">c, [3·units], libtorch's <c>bias_hh</c>.</param>
    /// <param name="width">The vector width to pack for; null takes the machine's best.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together.</exception>
    public PackedGruCell(
        ReadOnlySpan<float> inputWeights, ReadOnlySpan<float> stateWeights,
        ReadOnlySpan<float> inputBiases, ReadOnlySpan<float> stateBiases, VectorWidth? width = null)
    {
        Units = inputBiases.Length / Gates;
        if (Units == 0 || inputBiases.Length != Gates * Units
            || stateBiases.Length != Gates * Units || stateWeights.Length != Gates * Units * Units)
            throw new ArgumentException($"{inputBiases.Length} and {stateBiases.Length} biases and {stateWeights.Length} state " +
                "weights do not match three gates of one size.");
        _input = new PackedLinear(inputWeights, inputBiases, Activation.None, width);
        _state = new PackedLinear(stateWeights, stateBiases, Activation.None, width);
    }

    /// <summary>Dimension of x.</summary>
    public int Inputs => _input.Inputs;

    /// <summary>Dimension of h.</summary>
    public int Units { get; }

    /// <summary>The vector width that it is packed for.</summary>
    public VectorWidth Width => _input.Width;

    /// <summary>Floats of scratch that some rows need.</summary>
    public long ScratchLength(int rows) => 2L * rows * Stride;

    private int Stride => LayerScratch.ToWholeLines(Gates * Units);

    /// <summary>Advances all rows. Does not allocate; safe on the tick path.</summary>
    /// <param name="input">x, [rows × inputs].</param>
    /// <param name="state">h, [rows × units].</param>
    /// <param name="next">h', [rows × units]; may be the state itself.</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/>.</param>
    /// <exception cref="ArgumentException">The lengths do not match one whole number of rows, or the scratch is too short.</exception>
    public void Forward(ReadOnlySpan<float> input, ReadOnlySpan<float> state, Span<float> next, LayerScratch scratch)
    {
        var rows = state.Length / Units;
        if (state.Length != rows * Units || next.Length != state.Length || input.Length != rows * Inputs)
            throw new ArgumentException($"{input.Length} input values, {state.Length} state values and {next.Length} next values do not " +
                $"match one number of rows of {Inputs}, {Units} and {Units} values.", nameof(input));
        var fromInput = scratch.Take(ScratchLength(rows));
        var fromState = fromInput + ((nint)rows * Stride);
        fixed (float* x = input, h = state, target = next)
        {
            _input.Run(x, fromInput, Stride, rows);
            _state.Run(h, fromState, Stride, rows);
            for (var row = 0; row < rows; row++)
                Combine(fromInput + ((nint)row * Stride), fromState + ((nint)row * Stride),
                    h + ((nint)row * Units), target + ((nint)row * Units));
        }
    }

    private void Combine(float* fromInput, float* fromState, float* state, float* next)
    {
        switch (Width)
        {
            case VectorWidth.Bits512:
                GateKernel<Simd512, Vector512<float>, Vector512<uint>>.Run(Units, fromInput, fromState, state, next);
                break;
            case VectorWidth.Bits256:
                GateKernel<Simd256, Vector256<float>, Vector256<uint>>.Run(Units, fromInput, fromState, state, next);
                break;
            default:
                GateKernel<Simd128, Vector128<float>, Vector128<uint>>.Run(Units, fromInput, fromState, state, next);
                break;
        }
    }
}
