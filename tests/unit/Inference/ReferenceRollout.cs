using Robotics.Core.Randomness;
using Robotics.Core.Spaces;
using Robotics.Inference.Ensembles;
using Robotics.Inference.Weights;

namespace Robotics.Tests.Unit.Inference;

/// <summary>All propagations written out plainly, one particle at a time in double precision: what the fused one must equal.</summary>
internal sealed class ReferenceRollout(EnsembleWeights weights, FusedEnsembleOptions options, RandomKey key)
{
    private readonly int[] _permutation = new int[options.Particles];

    /// <summary>Predictions that were clipped so far.</summary>
    public int Clips { get; private set; }

    /// <summary>[particle], sums of rewards of one candidate.</summary>
    public double[] Returns(uint candidate, float[] belief, float[] actions)
    {
        var states = Enumerable.Range(0, options.Particles).Select(_ => belief.Select(x => (double)x).ToArray()).ToArray();
        var ended = new bool[options.Particles];
        var returns = new double[options.Particles];
        for (var step = 0; step < actions.Length / weights.ActionDimension; step++)
        {
            var action = actions.AsSpan(step * weights.ActionDimension, weights.ActionDimension).ToArray();
            var members = Members(candidate, step);
            for (var p = 0; p < options.Particles; p++)
                Propagate(members[p], states[p], action, candidate, (uint)p, (uint)step);
            if (options.Propagation == Propagation.MM)
                MatchMoments(states, ended, candidate, (uint)step);
            for (var p = 0; p < options.Particles; p++)
            {
                Clip(states[p]);
                var next = states[p].Select(x => (float)x).ToArray();
                returns[p] += ended[p] ? 0 : options.Reward.EvaluateScalar(next, action);
                ended[p] |= options.Termination?.EvaluateScalar(next, action) > 0;
            }
        }

        return returns;
    }

    public static double[] Network(IReadOnlyList<LayerWeights> layers, int member, double[] x)
    {
        for (var l = 0; l < layers.Count; l++)
        {
            var (layer, y) = (layers[l], new double[layers[l].Outputs]);
            for (var o = 0; o < layer.Outputs; o++)
            {
                var sum = (double)layer.Biases[(member * layer.Outputs) + o];
                for (var i = 0; i < layer.Inputs; i++)
                    sum += layer.Weights[(((member * layer.Outputs) + o) * layer.Inputs) + i] * x[i];
                y[o] = l == layers.Count - 1 ? sum : sum / (1 + Math.Exp(-sum));
            }

            x = y;
        }

        return x;
    }

    /// <summary>[particle], the members that it asks.</summary>
    private int[][] Members(uint candidate, int step)
    {
        if (options.Propagation.AsksAllMembers())
            return [.. Enumerable.Repeat(Enumerable.Range(0, weights.Members).ToArray(), options.Particles)];
        var members = new int[options.Particles][];
        for (var slot = 0; slot < members.Length; slot++)
            _permutation[slot] = slot;
        if (options.Propagation == Propagation.TS1)
            ParticleShuffle.Permute(_permutation, key, candidate, (uint)step);
        for (var slot = 0; slot < members.Length; slot++)
            members[_permutation[slot]] = [slot / (options.Particles / weights.Members)];
        return members;
    }

    private void Propagate(int[] members, double[] state, float[] action, uint candidate, uint particle, uint step)
    {
        var predictions = members.Select(m => Predict(m, state, action)).ToArray();
        foreach (var (d, element) in Predicted())
        {
            var mean = predictions.Average(p => p.Mean[d]);
            var variance = predictions.Average(p => Math.Pow(p.Mean[d] - mean, 2)) + predictions.Average(p => p.Variance[d]);
            state[element] += mean
                + (options.Propagation == Propagation.E ? 0 : Math.Sqrt(variance) * Noise(candidate, particle, step, (uint)d, 0));
        }
    }

    private void MatchMoments(double[][] states, bool[] ended, uint candidate, uint step)
    {
        foreach (var (d, element) in Predicted())
        {
            var values = states.Where((_, p) => !ended[p]).Select(s => s[element]).DefaultIfEmpty().ToArray();
            var mean = values.Average();
            var std = Math.Sqrt(values.Average(x => Math.Pow(x - mean, 2)));
            for (var p = 0; p < states.Length; p++)
                states[p][element] = mean + (std * Noise(candidate, (uint)p, step, (uint)d, 1));
        }
    }

    private void Clip(double[] state)
    {
        foreach (var (_, element) in Predicted())
        {
            var (low, high) = (weights.Observations.Elements[element].Low, weights.Observations.Elements[element].High);
            Clips += state[element] < low || state[element] > high ? 1 : 0;
            state[element] = Math.Clamp(state[element], low, high);
        }
    }

    private IEnumerable<(int Place, int Element)> Predicted() => Enumerable.Range(0, weights.Observations.Dimension)
        .Where(e => weights.Observations.Elements[e].Treatment == ObservationTreatment.Predict).Select((e, d) => (d, e));

    private (double[] Mean, double[] Variance) Predict(int member, double[] state, float[] action)
    {
        var input = new List<double>();
        for (var e = 0; e < state.Length; e++)
            input.AddRange(weights.Observations.Elements[e].Encoding == ElementEncoding.SineCosine
                ? [Math.Sin(state[e]), Math.Cos(state[e])] : [state[e]]);
        input.AddRange(action.Select(a => (double)a));
        var output = Network(
            weights.Layers, member, [.. input.Select((x, i) => (x - weights.InputMean[i]) / weights.InputStandardDeviation[i])]);
        return (output[..weights.PredictedDimension], [.. output[weights.PredictedDimension..].Select(Variance)]);
    }

    private double Variance(double raw, int d)
    {
        var (low, high) = (weights.MinimumLogVariance[d], weights.MaximumLogVariance[d]);
        var upper = high - Softplus(high - raw);
        return Math.Exp(low + Softplus(upper - low));
    }

    private double Noise(uint candidate, uint particle, uint step, uint element, uint draw)
    {
        var blocks = ((uint)weights.PredictedDimension + 3) / 4;
        var (w0, w1, w2, w3) = Philox.Block(key, candidate, particle, step, (draw * blocks) + (element / 4));
        var (first, second) = element % 4 < 2 ? (w0, w1) : (w2, w3);
        var radius = Math.Sqrt(-2 * Math.Log(((first >> 8) + 1) / 16777216.0));
        var angle = 2 * Math.PI * (second >> 8) / 16777216.0;
        return radius * (element % 2 == 0 ? Math.Cos(angle) : Math.Sin(angle));
    }

    private static double Softplus(double x) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));
}
