using Robotics.Core;
using static TorchSharp.torch;

namespace Robotics.WorldModel;

/// <summary>
/// A term program over tensors of libtorch: every register is a tensor, so one run computes a whole batch on any device, and
/// gradients flow through it. The meaning of the operations is that of <see cref="TermProgram.Evaluate"/>; the derivative of
/// √max(a, 0) at a ≤ 0 and that of "is positive" are 0. Not thread-safe; not for the tick path.
/// </summary>
public sealed class TermTensorProgram : IDisposable
{
    private readonly TermProgram _program;
    private readonly Tensor?[] _constants;

    /// <summary>Takes over a program.</summary>
    /// <param name="program">What to compute.</param>
    /// <param name="device">Where its operands will be; null for the processor.</param>
    public TermTensorProgram(TermProgram program, Device? device = null)
    {
        _program = program;
        _constants = [.. program.Instructions.Select(i => i.Operation != TermOperation.Constant
            ? null
            : tensor(i.Value, device: device).DetachFromDisposeScope())];
    }

    /// <summary>Runs the program.</summary>
    /// <param name="observation">Gives an element of o_{t+1}: tensors that broadcast with one another.</param>
    /// <param name="action">Gives an element of a_t.</param>
    /// <returns>One tensor per output; with a gradient where an operand has one. They belong to the caller's dispose scope.</returns>
    public Tensor[] Run(Func<int, Tensor> observation, Func<int, Tensor> action)
    {
        using var scope = NewDisposeScope();
        var registers = new Tensor[_program.Instructions.Count];
        for (var i = 0; i < registers.Length; i++)
        {
            var n = _program.Instructions[i];
            registers[i] = n.Operation switch
            {
                TermOperation.Constant => _constants[i]!,
                TermOperation.Observation => observation(n.A),
                TermOperation.Action => action(n.A),
                _ => Apply(n.Operation, registers[n.A], registers[n.B]),
            };
        }

        // An alias, so that a result that is an operand or a constant may be disposed like any other.
        return [.. _program.Outputs.Select(o => registers[o].alias().MoveToOuterDisposeScope())];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var constant in _constants)
            constant?.Dispose();
    }

    private static Tensor Apply(TermOperation operation, Tensor a, Tensor b) => operation switch
    {
        TermOperation.Add => a + b,
        TermOperation.Subtract => a - b,
        TermOperation.Multiply => a * b,
        TermOperation.Divide => a / b,
        TermOperation.Minimum => minimum(a, b),
        TermOperation.Maximum => maximum(a, b),
        TermOperation.Negate => -a,
        TermOperation.Absolute => a.abs(),
        TermOperation.SquareRoot => SquareRoot(a),
        TermOperation.Exponential => a.exp(),
        TermOperation.Sine => a.sin(),
        TermOperation.Cosine => a.cos(),
        TermOperation.HyperbolicTangent => a.tanh(),
        TermOperation.IsPositive => a.gt(0).to(a.dtype),
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "Leaves are read, not computed."),
    };

    // Replaced before the root as well as after it: the root's infinite slope at 0 would make a gradient of 0 · ∞.
    private static Tensor SquareRoot(Tensor a)
    {
        var isNone = a.le(0);
        return a.masked_fill(isNone, 1).sqrt().masked_fill(isNone, 0);
    }
}
