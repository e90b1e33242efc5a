using Robotics.Core.Rollouts;

namespace Robotics.Tests.Unit.Controller;

/// <summary>Scores each sequence by a function of it.</summary>
internal sealed class FunctionEvaluator(int actionDimension, FunctionEvaluator.Score score) : ITrajectoryEvaluator
{
    public delegate (float Return, float Disagreement) Score(ReadOnlySpan<float> actions, ReadOnlySpan<float> belief);

    public int BeliefDimension => 2;

    public int ActionDimension => actionDimension;

    /// <summary>Populations asked about, in order.</summary>
    public List<int> Populations { get; } = new(64);

    public Action<int>? BeforeEvaluate { get; set; }

    public bool RecordsPopulations { get; set; } = true;

    public void Evaluate(in RolloutRequest request, RolloutResult into)
    {
        BeforeEvaluate?.Invoke(request.Population);
        if (RecordsPopulations)
            Populations.Add(request.Population);
        var length = request.Horizon * actionDimension;
        for (var n = 0; n < request.Population; n++)
        {
            (into.Returns[n], into.Disagreement[n]) = score(request.Actions.Span.Slice(n * length, length), request.Belief.Span);
            into.Status[n] = float.IsFinite(into.Returns[n]) ? RolloutStatus.Ok : RolloutStatus.NotFinite;
        }
    }

    /// <summary>−Σ (a − target)², with target sin(j) / 2 at place j.</summary>
    public static (float Return, float Disagreement) Quadratic(ReadOnlySpan<float> actions, ReadOnlySpan<float> belief)
    {
        var cost = 0f;
        for (var j = 0; j < actions.Length; j++)
        {
            var d = actions[j] - Target(j);
            cost += d * d;
        }

        return (-cost, 0);
    }

    public static float Target(int place) => 0.5f * MathF.Sin(place);
}

/// <summary>Scores each sequence by a function of it and gives derivatives by another.</summary>
internal sealed class DifferentiableEvaluator(FunctionEvaluator scores, DifferentiableEvaluator.Slope slope) : IDifferentiableEvaluator
{
    public delegate void Slope(ReadOnlySpan<float> actions, ReadOnlySpan<float> belief, Span<float> gradient);

    public int BeliefDimension => scores.BeliefDimension;

    public int ActionDimension => scores.ActionDimension;

    public HashSet<ulong> Keys { get; } = [];

    public void Evaluate(in RolloutRequest request, RolloutResult into) => scores.Evaluate(request, into);

    public void EvaluateGradient(in RolloutRequest request, RolloutResult into, Span<float> gradient)
    {
        Evaluate(request, into);
        Keys.Add(request.Key.Value);
        var length = request.Horizon * ActionDimension;
        for (var n = 0; n < request.Population; n++)
            slope(request.Actions.Span.Slice(n * length, length), request.Belief.Span, gradient.Slice(n * length, length));
    }

    /// <summary>The derivatives of <see cref="FunctionEvaluator.Quadratic"/>.</summary>
    public static DifferentiableEvaluator Quadratic(int actionDimension) => new(
        new FunctionEvaluator(actionDimension, FunctionEvaluator.Quadratic) { RecordsPopulations = false },
        (actions, _, gradient) =>
        {
            for (var j = 0; j < actions.Length; j++)
                gradient[j] = -2 * (actions[j] - FunctionEvaluator.Target(j));
        });
}

/// <summary>Remembers the largest population that it was asked about.</summary>
internal sealed class CountingEvaluator(ITrajectoryEvaluator inner) : ITrajectoryEvaluator
{
    public int MaximumPopulationSize { get; private set; }

    public int BeliefDimension => inner.BeliefDimension;

    public int ActionDimension => inner.ActionDimension;

    public void Evaluate(in RolloutRequest request, RolloutResult into)
    {
        MaximumPopulationSize = Math.Max(MaximumPopulationSize, request.Population);
        inner.Evaluate(request, into);
    }
}
