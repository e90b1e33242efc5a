using Robotics.Core;
using Robotics.Inference;

namespace Robotics.Tests.Unit.Inference;

/// <summary>Trajectory sampling written out plainly, one particle at a time in double precision: what the fused one must equal.</summary>
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
            {
                Advance(members[p], states[p], action, candidate, (uint)p, (uint)step);
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

    private int[] Members(uint candidate, int step)
    {
        var perMember = options.Particles / weights.Members;
        var members = new int[options.Particles];
        for (var slot = 0; slot < members.Length; slot++)
            _permutation[slot] = slot;
        if (options.Propagation == Propagation.TS1)
            ParticleShuffle.Permute(_permutation, key, candidate, (uint)step);
        for (var slot = 0; slot < members.Length; slot++)
            members[_permutation[slot]] = slot / perMember;
        return members;
    }

    private void Advance(int member, double[] state, float[] action, uint candidate, uint particle, uint step)
    {
        var input = new List<double>();
        var elements = weights.Observations.Elements;
        for (var e = 0; e < state.Length; e++)
            input.AddRange(elements[e].Encoding == ElementEncoding.SineCosine ? [Math.Sin(state[e]), Math.Cos(state[e])] : [state[e]]);
        input.AddRange(action.Select(a => (double)a));
        var normalised = input.Select((x, i) => (x - weights.InputMean[i]) / weights.InputStandardDeviation[i]).ToArray();
        var output = Network(weights.Layers, member, normalised);
        for (int e = 0, d = 0; e < state.Length; e++)
        {
            if (elements[e].Treatment != ObservationTreatment.Predict)
                continue;
            var (low, high) = (weights.MinimumLogVariance[d], weights.MaximumLogVariance[d]);
            var logVariance = high - Softplus(high - output[weights.PredictedDimension + d]);
            logVariance = low + Softplus(logVariance - low);
            var next = state[e] + output[d] + (Math.Exp(logVariance / 2) * Noise(candidate, particle, step, (uint)d));
            Clips += next < elements[e].Low || next > elements[e].High ? 1 : 0;
            state[e] = Math.Clamp(next, elements[e].Low, elements[e].High);
            d++;
        }
    }

    private double Noise(uint candidate, uint particle, uint step, uint element)
    {
        var (w0, w1, w2, w3) = Philox.Block(key, candidate, particle, step, element / 4);
        var (first, second) = element % 4 < 2 ? (w0, w1) : (w2, w3);
        var radius = Math.Sqrt(-2 * Math.Log(((first >> 8) + 1) / 16777216.0));
        var angle = 2 * Math.PI * (second >> 8) / 16777216.0;
        return radius * (element % 2 == 0 ? Math.Cos(angle) : Math.Sin(angle));
    }

    private static double Softplus(double x) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));
}
