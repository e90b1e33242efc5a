namespace Robotics.WorldModel;

/// <summary>How learning in imagination goes. Immutable.</summary>
/// <param name="Return">Mean λ-return of the imagined rollouts, in rewards a step: (1 − γ)·V^λ.</param>
/// <param name="Value">Half the mean squared error of the value, in the same unit.</param>
/// <param name="Entropy">Mean entropy a number of the actor before the tanh, nats.</param>
public sealed record ActorCriticLoss(double Return, double Value, double Entropy)
{
    /// <summary>The parts by name, for figures.</summary>
    public IEnumerable<KeyValuePair<string, double>> ByName() =>
        [new("imagined_return", Return), new("value_loss", Value), new("actor_entropy", Entropy)];
}
