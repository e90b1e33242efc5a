using Robotics.SequenceModels.Refinement;
using static TorchSharp.torch;

namespace Robotics.Tests.Unit.SequenceModels;

/// <summary>The gradients of a step's bound compared with central differences.</summary>
internal static class StepBoundSlopes
{
    /// <summary>Holds ∇_λ L of a model of three latents in double precision, at some λ, to central differences within 1e-4.</summary>
    public static void EqualFiniteDifferences(FilteringModel model, Tensor memory, Tensor observation)
    {
        var noise = randn(1, 3, dtype: float64);
        var prior = model.Prior(memory).Detach();
        double[] at = [0.3, -0.2, 0.5, -0.4, 0.1, -0.9];

        double Bound(double[] v) => model.Bound(At(v), prior, memory, observation, noise).item<double>();
        var gradient = model.Gradient(At(at), prior, memory, observation, noise);
        double[] found = [.. gradient.Mean.data<double>(), .. gradient.LogStd.data<double>()];

        for (var i = 0; i < at.Length; i++)
        {
            double[] up = [.. at], down = [.. at];
            up[i] += 1e-5;
            down[i] -= 1e-5;
            var expected = (Bound(up) - Bound(down)) / 2e-5;
            Assert.True(Math.Abs(found[i] - expected) <= 1e-4 * Math.Max(1, Math.Abs(expected)), $"{i}: {found[i]} against {expected}");
        }
    }

    private static PosteriorParameters At(double[] v) => new(tensor(v[..3]).reshape(1, 3), tensor(v[3..]).reshape(1, 3));
}
