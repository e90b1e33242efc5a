using System.Runtime.CompilerServices;
using Robotics.Core.Terms;
using Robotics.Inference.Simd;

namespace Robotics.Inference.Terms;

/// <summary>
/// A term program compiled for many rows at once: leaves are read where they stand, and a register is used again once its
/// last reader is done, so that a long program's scratch stays in the first cache. Immutable; thread-safe; running it is safe
/// on the tick path.
/// </summary>
internal sealed unsafe class TermTileProgram
{
    private readonly AlignedFloats _constants;
    private readonly TileInstruction[] _instructions;
    private readonly TileOperand[] _outputs;

    /// <summary>Compiles a program.</summary>
    /// <param name="program">The program to compile.</param>
    /// <param name="lanes">Most lanes that a run may have: a multiple of the vector width.</param>
    public TermTileProgram(TermProgram program, int lanes)
    {
        Lanes = lanes;
        var constants = program.Instructions.Where(i => i.Operation == TermOperation.Constant).Select(i => i.Value).ToArray();
        _constants = new AlignedFloats((long)constants.Length * lanes);
        for (var i = 0; i < constants.Length; i++)
            _constants.Span.Slice(i * lanes, lanes).Fill(constants[i]);
        (_instructions, _outputs, RegisterCount) = TermTileCompiler.Compile(program);
    }

    /// <summary>Most lanes that a run may have.</summary>
    public int Lanes { get; }

    /// <summary>Lines of scratch that a run needs.</summary>
    public int RegisterCount { get; }

    /// <summary>Computes all outputs.</summary>
    /// <param name="observations">[element × stride].</param>
    /// <param name="actions">[action × stride].</param>
    /// <param name="registers">[<see cref="RegisterCount"/> × stride].</param>
    /// <param name="stride">From one line to the next.</param>
    /// <param name="lanes">Lanes to compute: a multiple of the vector width.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<TS, TF, TU>(float* observations, float* actions, float* registers, int stride, int lanes)
        where TS : struct, ISimd<TF, TU>
        where TF : struct
        where TU : struct
    {
        foreach (var i in _instructions)
        {
            var a = Locate(i.A, observations, actions, registers, stride);
            var b = Locate(i.B, observations, actions, registers, stride);
            var target = registers + ((nint)i.Target * stride);
            if (i.Operation == TermOperation.Select)
                TermKernel<TS, TF, TU>.Select(a, b, Locate(i.C, observations, actions, registers, stride), target, lanes);
            else
                TermKernel<TS, TF, TU>.Apply(i.Operation, a, b, target, lanes);
        }
    }

    /// <summary>The line of an output after a run with the same pointers.</summary>
    public float* Output(int output, float* observations, float* actions, float* registers, int stride) =>
        Locate(_outputs[output], observations, actions, registers, stride);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float* Locate(TileOperand operand, float* observations, float* actions, float* registers, int stride)
    {
        return operand.Bank switch
        {
            TileBank.Registers => registers + ((nint)operand.Index * stride),
            TileBank.Observations => observations + ((nint)operand.Index * stride),
            TileBank.Actions => actions + ((nint)operand.Index * stride),
            _ => _constants.Pointer + ((nint)operand.Index * Lanes),
        };
    }
}
