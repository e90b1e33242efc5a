namespace Robotics.SequenceModels.Training;

/// <summary>The parts of a sequence model's loss, nats per step. Immutable.</summary>
/// <param name="Total">The minimised loss, or the negative bound.</param>
/// <param name="Reconstruction">By modality: negative log-likelihood of the readings that were there.</param>
/// <param name="Reward">Negative log-likelihood of the rewards.</param>
/// <param name="Divergence">KL[q ‖ p] as it is, without free nats or weight.</param>
/// <param name="Overshooting">The terms of latent overshooting as they enter the loss.</param>
/// <param name="Steps">Number of steps in the average.</param>
public sealed record SequenceLoss(
    double Total, IReadOnlyDictionary<string, double> Reconstruction, double Reward, double Divergence, double Overshooting, long Steps)
{
    /// <summary>The evidence lower bound, nats per step: β = 1, no free nats, whatever was minimised.</summary>
    public double Elbo => -(Reconstruction.Values.Sum() + Reward + Divergence);

    /// <summary>All parts by name, for metrics: <c>reconstruction_NAME</c>, <c>reward</c>, <c>kl</c>, <c>elbo</c>, <c>loss</c>.</summary>
    public IEnumerable<KeyValuePair<string, double>> ByName() =>
    [
        .. Reconstruction.Select(r => KeyValuePair.Create($"reconstruction_{r.Key}", r.Value)),
        new("reward", Reward), new("kl", Divergence), new("overshooting", Overshooting), new("elbo", Elbo), new("loss", Total),
    ];

    /// <summary>The average, weighted by steps.</summary>
    public static SequenceLoss Average(IReadOnlyList<SequenceLoss> losses)
    {
        var steps = losses.Sum(l => l.Steps);
        double Mean(Func<SequenceLoss, double> part) => losses.Sum(l => part(l) * l.Steps) / Math.Max(1, steps);
        return new SequenceLoss(
            Mean(l => l.Total),
            losses[0].Reconstruction.Keys.ToDictionary(k => k, k => Mean(l => l.Reconstruction[k])),
            Mean(l => l.Reward), Mean(l => l.Divergence), Mean(l => l.Overshooting), steps);
    }
}
