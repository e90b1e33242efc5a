namespace Robotics.WorldModel.BeliefEnsembles;

/// <summary>Loss of the members of a <see cref="BeliefEnsemble"/>, summed over members. Immutable.</summary>
/// <param name="OneStep">Of one step, per element: squared error in units of the variance plus log-variance, weighted by β.</param>
/// <param name="OpenLoop">Of steps 2 to K, per element: squared error in units of the accumulated variance, weighted by β.</param>
/// <param name="Reward">Half the squared error of the reward in units of its std, on filter states and on rollouts.</param>
public sealed record BeliefEnsembleLoss(double OneStep, double OpenLoop, double Reward)
{
    /// <summary>The parts by name, for metrics.</summary>
    public IEnumerable<KeyValuePair<string, double>> ByName() =>
        [new("ensemble_one_step", OneStep), new("ensemble_open_loop", OpenLoop), new("ensemble_reward", Reward)];
}
