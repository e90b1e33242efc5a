using Robotics.Core.Randomness;
using Robotics.Core.Rollouts;

namespace Robotics.Controller.Planning;

/// <summary>
/// Planning along the gradient of the return: several sequences climb side by side by Adam (Kingma and Ba 2015, algorithm 1,
/// upwards), each step projected onto [−1, 1]; the best sequence that any step met is executed. Sampled starts refined by the
/// gradient of the learned model's return are one half of Bharadhwaj, Xie and Shkurti 2020, "Model-predictive control via
/// cross-entropy and gradient-based optimization"; their other half, refitting the sampling distribution by CEM, is left out.
/// Differs further: the last decision's best, shifted, is one of the starts, and the rollouts' noise stays the same throughout
/// a decision, so that what is climbed is one fixed function (the idea of Ng and Jordan 2000, "PEGASUS").
/// </summary>
/// <remarks>
/// What is not finite is left out: an element whose derivative is not finite stays where it is, and a sequence that scores −∞ is
/// sampled anew. The penalty on disagreement has no gradient here, nor has the trust limit: they count in the choice among
/// sequences. Nothing is allocated
/// after construction, but an evaluator by automatic differentiation allocates tensors, whatever this class does.
/// </remarks>
internal sealed class GradientSearch : SearchStrategy
{
    private const float Beta1 = 0.9f;
    private const float Beta2 = 0.999f;
    private const float Tiny = 1e-8f;

    private readonly IDifferentiableEvaluator _evaluator;
    private readonly float[] _gradient;
    private readonly float[] _first;
    private readonly float[] _second;
    private readonly int[] _steps;
    private readonly BestSoFar _best;

    public GradientSearch(PlannerOptions options, IDifferentiableEvaluator evaluator)
        : base(options, evaluator.ActionDimension)
    {
        _evaluator = evaluator;
        var numbers = options.Population * Length;
        (_gradient, _first, _second) = (new float[numbers], new float[numbers], new float[numbers]);
        _steps = new int[options.Population];
        _best = new BestSoFar(Length);
    }

    public override int EliteCount => 1;

    public override ReadOnlySpan<float> Solution => _best.Sequence;

    public override bool KeepsNoise => true;

    public override void Reset() => _best.Sequence.AsSpan().Clear();

    public override void Shift(int steps) => ShiftSequence(_best.Sequence, steps, repeatLast: true);

    public override void Begin(int iterations)
    {
        base.Begin(iterations);
        _best.Begin();
    }

    public override void Sample(int iteration, CandidateSet candidates, ref RandomStream random)
    {
        for (var n = 0; n < candidates.Count; n++)
        {
            if (iteration == 0 || float.IsNegativeInfinity(candidates.Scores[n]))
                Start(n, candidates.Sequence(n), ref random);
            else
                Climb(n, candidates.Sequence(n));
        }

        // Last, because proposals of a prior take the first places.
        if (iteration == 0)
            _best.Sequence.CopyTo(candidates.Sequence(candidates.Count - 1));
    }

    public override void Evaluate(ITrajectoryEvaluator evaluator, in RolloutRequest request, RolloutResult into) =>
        _evaluator.EvaluateGradient(request, into, _gradient.AsSpan(0, request.Population * Length));

    protected override void Update(CandidateSet candidates)
    {
        _best.Challenge(candidates);
        (IsTrusted, ExpectedReturn, ExpectedDisagreement) = (_best.IsTrusted, _best.Return, _best.Disagreement);
    }

    /// <summary>A normal sample around 0 with its optimiser moments reset.</summary>
    private void Start(int n, Span<float> sequence, ref RandomStream random)
    {
        var sigma = (float)Options.InitialSigma;
        foreach (ref var a in sequence)
            a = Math.Clamp(sigma * NormalQuantile.Standard(random.NextUInt32()), -1, 1);
        _first.AsSpan(n * Length, Length).Clear();
        _second.AsSpan(n * Length, Length).Clear();
        _steps[n] = 0;
    }

    /// <summary>a ← Π(a + α·m̂ / (√v̂ + ε)).</summary>
    private void Climb(int n, Span<float> sequence)
    {
        var step = ++_steps[n];
        var (correction1, correction2) = (1 - MathF.Pow(Beta1, step), 1 - MathF.Pow(Beta2, step));
        var rate = (float)Options.StepSize;
        for (var j = 0; j < sequence.Length; j++)
        {
            var at = (n * Length) + j;
            var g = _gradient[at];
            if (!float.IsFinite(g * g))
                continue;
            _first[at] = (Beta1 * _first[at]) + ((1 - Beta1) * g);
            _second[at] = (Beta2 * _second[at]) + ((1 - Beta2) * g * g);
            var change = rate * (_first[at] / correction1) / (MathF.Sqrt(_second[at] / correction2) + Tiny);
            sequence[j] = Math.Clamp(sequence[j] + change, -1, 1);
        }
    }
}
