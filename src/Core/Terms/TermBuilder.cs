namespace Robotics.Core.Terms;

/// <summary>A node of a term graph under construction: a register of the builder that made it.</summary>
/// <param name="Register">The register's number.</param>
public readonly record struct Term(int Register);

/// <summary>
/// Builds term programs. Equal subterms are built once and constants are folded, so kinematics and distances may be written
/// out freely. Not thread-safe; for set-up.
/// </summary>
public sealed class TermBuilder
{
    /// <summary>The largest whole exponent that is written out as products.</summary>
    public const int MaximumWholeExponent = 64;

    private readonly List<TermInstruction> _instructions = [];
    private readonly Dictionary<TermInstruction, int> _known = [];

    /// <summary>A number.</summary>
    public Term Constant(double value) => Emit(new TermInstruction(TermOperation.Constant, Value: (float)value));

    /// <summary>Element <paramref name="index"/> of o_{t+1}.</summary>
    public Term Observation(int index) => Emit(new TermInstruction(TermOperation.Observation, index));

    /// <summary>Element <paramref name="index"/> of the applied action.</summary>
    public Term Action(int index) => Emit(new TermInstruction(TermOperation.Action, index));

    /// <summary>a + b.</summary>
    public Term Add(Term a, Term b) => IsConstant(a, 0) ? b : IsConstant(b, 0) ? a : Commutative(TermOperation.Add, a, b);

    /// <summary>a − b.</summary>
    public Term Subtract(Term a, Term b) => IsConstant(b, 0) ? a : IsConstant(a, 0) ? Negate(b) : Binary(TermOperation.Subtract, a, b);

    /// <summary>a · b. A constant factor of exactly 0 gives 0.</summary>
    public Term Multiply(Term a, Term b)
    {
        if (IsConstant(a, 0) || IsConstant(b, 0))
            return Constant(0);
        if (IsConstant(a, 1))
            return b;
        if (IsConstant(b, 1))
            return a;
        return IsConstant(a, -1) ? Negate(b) : IsConstant(b, -1) ? Negate(a) : Commutative(TermOperation.Multiply, a, b);
    }

    /// <summary>a / b.</summary>
    public Term Divide(Term a, Term b) => IsConstant(b, 1) ? a : Binary(TermOperation.Divide, a, b);

    /// <summary>The smaller of two.</summary>
    public Term Minimum(Term a, Term b) => Commutative(TermOperation.Minimum, a, b);

    /// <summary>The larger of two.</summary>
    public Term Maximum(Term a, Term b) => Commutative(TermOperation.Maximum, a, b);

    /// <summary>−a.</summary>
    public Term Negate(Term a) => Unary(TermOperation.Negate, a);

    /// <summary>|a|.</summary>
    public Term Absolute(Term a) => Unary(TermOperation.Absolute, a);

    /// <summary>a².</summary>
    public Term Square(Term a) => Multiply(a, a);

    /// <summary>√max(a, 0).</summary>
    public Term SquareRoot(Term a) => Unary(TermOperation.SquareRoot, a);

    /// <summary>e^a.</summary>
    public Term Exponential(Term a) => Unary(TermOperation.Exponential, a);

    /// <summary>sin a.</summary>
    public Term Sine(Term a) => Unary(TermOperation.Sine, a);

    /// <summary>cos a.</summary>
    public Term Cosine(Term a) => Unary(TermOperation.Cosine, a);

    /// <summary>tanh a.</summary>
    public Term HyperbolicTangent(Term a) => Unary(TermOperation.HyperbolicTangent, a);

    /// <summary>1 where a &gt; 0, else 0.</summary>
    public Term IsPositive(Term a) => Unary(TermOperation.IsPositive, a);

    /// <summary>1 where a ≥ 0, else 0.</summary>
    public Term IsNotNegative(Term a) => Unary(TermOperation.IsNotNegative, a);

    /// <summary>Natural logarithm of a.</summary>
    public Term Logarithm(Term a) => Unary(TermOperation.Logarithm, a);

    /// <summary>The angle of the point (x, y), rad.</summary>
    public Term ArcTangent(Term y, Term x) => Binary(TermOperation.ArcTangent, y, x);

    /// <summary>
    /// a to the power of b. A whole constant up to <see cref="MaximumWholeExponent"/> multiplies and takes a negative base too;
    /// otherwise a negative base gives NaN.
    /// </summary>
    public Term Power(Term a, Term b)
    {
        if (_instructions[b.Register] is not { Operation: TermOperation.Constant, Value: var exponent }
            || exponent != MathF.Truncate(exponent) || MathF.Abs(exponent) > MaximumWholeExponent)
            return Binary(TermOperation.Power, a, b);
        var result = Constant(1);
        for (int left = (int)MathF.Abs(exponent), i = 0; left > 0; left >>= 1, i++)
        {
            a = i == 0 ? a : Square(a);
            result = (left & 1) == 0 ? result : Multiply(result, a);
        }

        return exponent < 0 ? Divide(Constant(1), result) : result;
    }

    /// <summary>b where a &gt; 0, else c; what is not chosen counts neither in the value nor in derivatives.</summary>
    public Term Select(Term a, Term b, Term c)
    {
        if (_instructions[a.Register] is { Operation: TermOperation.Constant, Value: var condition })
            return condition > 0 ? b : c;
        return b == c ? b : Emit(new TermInstruction(TermOperation.Select, a.Register, b.Register, C: c.Register));
    }

    /// <summary>The sum of squares of a vector.</summary>
    public Term SquaredNorm(IReadOnlyList<Term> vector) => vector.Select(Square).Aggregate(Add);

    /// <summary>The program whose results are <paramref name="outputs"/>; what they do not need is left out.</summary>
    public TermProgram Build(params IReadOnlyList<Term> outputs)
    {
        var needed = new bool[_instructions.Count];
        foreach (var output in outputs)
            needed[output.Register] = true;
        for (var i = needed.Length - 1; i >= 0; i--)
        {
            if (!needed[i] || _instructions[i].IsLeaf)
                continue;
            needed[_instructions[i].A] = true;
            needed[_instructions[i].B] = true;
            if (_instructions[i].HasThree)
                needed[_instructions[i].C] = true;
        }

        var renamed = new int[needed.Length];
        var kept = new List<TermInstruction>();
        for (var i = 0; i < needed.Length; i++)
        {
            if (!needed[i])
                continue;
            renamed[i] = kept.Count;
            var n = _instructions[i];
            kept.Add(n.IsLeaf ? n : n with { A = renamed[n.A], B = renamed[n.B], C = n.HasThree ? renamed[n.C] : 0 });
        }

        return new TermProgram([.. kept], [.. outputs.Select(o => renamed[o.Register])]);
    }

    private bool IsConstant(Term a, float value) =>
        _instructions[a.Register] is { Operation: TermOperation.Constant } n && n.Value == value;

    // A unary operation names its operand twice, so that every interpreter reads two registers alike.
    private Term Unary(TermOperation operation, Term a) => Binary(operation, a, a);

    private Term Commutative(TermOperation operation, Term a, Term b) =>
        a.Register <= b.Register ? Binary(operation, a, b) : Binary(operation, b, a);

    private Term Binary(TermOperation operation, Term a, Term b)
    {
        var (x, y) = (_instructions[a.Register], _instructions[b.Register]);
        return x.Operation == TermOperation.Constant && y.Operation == TermOperation.Constant
            ? Constant(TermArithmetic.Apply(operation, x.Value, y.Value))
            : Emit(new TermInstruction(operation, a.Register, b.Register));
    }

    private Term Emit(TermInstruction instruction)
    {
        if (!_known.TryGetValue(instruction, out var register))
        {
            register = _instructions.Count;
            _instructions.Add(instruction);
            _known.Add(instruction, register);
        }

        return new Term(register);
    }
}
