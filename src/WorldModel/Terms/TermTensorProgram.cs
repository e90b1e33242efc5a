using Robotics.Core.Terms;
using static TorchSharp.torch;

namespace Robotics.WorldModel.Terms;

/// <summary>
/// A term program over tensors of libtorch: every register is a tensor, so one run computes a whole batch on any device, and
/// gradients flow through it. The meaning of the operations is that of <see cref="TermProgram.Evaluate"/>; the derivative of
/// √max(a, 0) at a ≤ 0 and that of comparisons are 0, and the branch that a Select does not choose has none. Not thread-safe; not
/// for the tick path.
/// </summary>
public sealed class TermTensorProgram : IDisposable
{
    private readonly TermProgram _program;
    private readonly Tensor?[] _constants;
    private readonly Tensor? _one;

    /// <summary>Prepares a program.</summary>
    /// <param name="program">The program to compute.</param>
    /// <param name="device">Device of its operands; null for the CPU.</param>
    public TermTensorProgram(TermProgram program, Device? device = null)
    {
        _program = program;
        _constants = [.. program.Instructions.Select(i => i.Operation != TermOperation.Constant
            ? null
            : tensor(i.Value, device: device).DetachFromDisposeScope())];
        _one = program.Instructions.Any(i => i.HasThree) ? tensor(1f, device: device).DetachFromDisposeScope() : null;
    }

    /// <summary>Runs the program.</summary>
    /// <param name="observation">Element of o_{t+1} by index: tensors that broadcast with one another.</param>
    /// <param name="action">Element of a_t by index.</param>
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
                _ => null!,
            };
        }

        Compute(registers, _one is null ? null : FindReaders(registers));

        // An alias, so that a result that is an operand or a constant may be disposed like any other.
        return [.. _program.Outputs.Select(o => registers[o].alias().MoveToOuterDisposeScope())];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var constant in _constants)
            constant?.Dispose();
        _one?.Dispose();
    }

    /// <summary>Fills the registers that are no leaves.</summary>
    /// <param name="registers">One per instruction.</param>
    /// <param name="readers">
    /// Where a result is read by what was chosen; null for everywhere. Elsewhere its operands are replaced by 1, at which every operation
    /// has a finite value and slope: a slope of 0 · ∞ would otherwise spoil the gradient of what was chosen.
    /// </param>
    private void Compute(Tensor[] registers, Tensor?[]? readers)
    {
        for (var i = 0; i < registers.Length; i++)
        {
            var n = _program.Instructions[i];
            if (n.IsLeaf)
                continue;
            if (n.Operation == TermOperation.Select)
                registers[i] = where(registers[n.A].gt(0), registers[n.B], registers[n.C]);
            else if (readers?[i] is { } reader)
                registers[i] = Apply(n.Operation, where(reader, registers[n.A], _one!), where(reader, registers[n.B], _one!));
            else
                registers[i] = Apply(n.Operation, registers[n.A], registers[n.B]);
        }
    }

    /// <summary>For each instruction where its result is read, along the branches that are chosen; null for everywhere.</summary>
    private Tensor?[] FindReaders(Tensor[] leaves)
    {
        using var noGrad = no_grad();
        var values = (Tensor[])leaves.Clone();
        Compute(values, null);
        var readers = new Tensor?[values.Length];
        var isReadEverywhere = new bool[values.Length];
        foreach (var output in _program.Outputs)
            isReadEverywhere[output] = true;
        for (var i = values.Length - 1; i >= 0; i--)
        {
            var n = _program.Instructions[i];
            if (n.IsLeaf)
                continue;
            var reader = isReadEverywhere[i] ? null : readers[i];
            Read(n.A, reader);
            if (!n.HasThree)
            {
                Read(n.B, reader);
                continue;
            }

            var chosen = values[n.A].gt(0);
            var other = chosen.logical_not();
            Read(n.B, reader is null ? chosen : reader.logical_and(chosen));
            Read(n.C, reader is null ? other : reader.logical_and(other));
        }

        for (var i = 0; i < readers.Length; i++)
            readers[i] = isReadEverywhere[i] ? null : readers[i];
        return readers;

        void Read(int register, Tensor? mask)
        {
            if (mask is null)
                isReadEverywhere[register] = true;
            else
                readers[register] = readers[register] is { } before ? before.logical_or(mask) : mask;
        }
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
        TermOperation.IsNotNegative => a.ge(0).to(a.dtype),
        TermOperation.Logarithm => a.log(),
        TermOperation.Power => Power(a, b),
        TermOperation.ArcTangent => atan2(a, b),
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "Leaves are read, not computed."),
    };

    // Of a negative base libtorch computes whole powers, of which the other interpreters know nothing.
    private static Tensor Power(Tensor a, Tensor b)
    {
        using var nothing = tensor(float.NaN, device: a.device);
        return where(a.lt(0), nothing, a.pow(b));
    }

    // Replaced before the root as well as after it: the root's infinite slope at 0 would make a gradient of 0 · ∞.
    private static Tensor SquareRoot(Tensor a)
    {
        var isNone = a.le(0);
        return a.masked_fill(isNone, 1).sqrt().masked_fill(isNone, 0);
    }
}
