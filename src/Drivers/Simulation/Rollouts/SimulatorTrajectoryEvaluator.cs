using Robotics.Core.Errors;
using Robotics.Core.Randomness;
using Robotics.Core.Rollouts;
using Robotics.Core.Threading;
using Robotics.Drivers.Simulation.World;

namespace Robotics.Drivers.Simulation.Rollouts;

/// <summary>
/// Rolls candidate action sequences out with the ground-truth dynamics: a model without error, to separate the planner's
/// part of a failure from the model's. Every rollout starts from the world's whole present state, in which the joints and mocap
/// bodies that the belief knows take the belief's values. Commands reach the motors after the world's command delay; readings
/// for relative commands are exact and undelayed, unlike the robot's.
/// One caller at a time, on the thread that advances the world; after the first call of a size nothing is allocated.
/// </summary>
public sealed class SimulatorTrajectoryEvaluator : ITrajectoryEvaluator, ITrajectoryRecorder, IParallelWork, IDisposable
{
    private readonly SimulatedWorld _world;
    private readonly SimulatorRolloutOptions _options;
    private readonly WorkerPool _pool;
    private readonly SimulatorRollout[] _rollouts;
    private readonly double[] _start;
    private RolloutRequest _request;
    private RolloutResult _result = new(0);

    /// <summary>Prepares one simulation per worker.</summary>
    /// <param name="world">The world whose present state rollouts start from.</param>
    /// <param name="options">Observations, commands and scores.</param>
    /// <param name="pool">Shares out the candidates.</param>
    /// <exception cref="UserErrorException">A name is unknown in the model.</exception>
    public SimulatorTrajectoryEvaluator(SimulatedWorld world, SimulatorRolloutOptions options, WorkerPool pool)
    {
        _world = world;
        _options = options;
        _pool = pool;
        _start = new double[world.Model.StateSize];
        _rollouts = [.. Enumerable.Range(0, pool.Count).Select(_ => new SimulatorRollout(world, options))];
        BeliefDimension = options.Observation.Sum(p => p.Dimension);
    }

    /// <inheritdoc/>
    public int BeliefDimension { get; }

    /// <inheritdoc/>
    public int ActionDimension => _options.Actions.Dimension;

    /// <inheritdoc/>
    public int ParticleCount => 1;

    /// <inheritdoc/>
    public void Evaluate(in RolloutRequest request, RolloutResult into)
    {
        _request = request;
        _result = into;
        _world.Data.GetState(_start);
        _pool.Run(this, request.Population);
    }

    /// <inheritdoc/>
    public void Execute(int item, int worker)
    {
        var size = _request.Horizon * ActionDimension;
        var actions = _request.Actions.Span.Slice(item * size, size);
        var total = _rollouts[worker].Run(_start, _request.Belief.Span, actions, default);
        var isFinite = float.IsFinite(total);
        _result.Returns[item] = isFinite ? total : float.NegativeInfinity;
        _result.Disagreement[item] = 0;
        _result.Status[item] = isFinite ? RolloutStatus.Ok : RolloutStatus.NotFinite;
    }

    /// <inheritdoc/>
    public void Record(ReadOnlySpan<float> belief, ReadOnlySpan<float> actions, RandomKey key, Span<float> particles)
    {
        _world.Data.GetState(_start);
        _ = _rollouts[0].Run(_start, belief, actions, particles);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var rollout in _rollouts)
            rollout.Dispose();
    }
}
