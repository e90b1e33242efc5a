using Robotics.Core.Terms;
using Robotics.Drivers.Simulation.Mujoco;
using Robotics.Drivers.Simulation.World;

namespace Robotics.Drivers.Simulation.Rollouts;

/// <summary>One worker's simulation for rollouts. One thread at a time.</summary>
internal sealed class SimulatorRollout : IDisposable
{
    private readonly SimulatorRolloutOptions _options;
    private readonly TrueQuantity?[] _quantities;
    private readonly RolloutActuation _actuation;
    private readonly MujocoData _data;
    private readonly float[] _observation;
    private readonly double[] _point;
    private readonly float[] _registers;
    private readonly bool _needsPoses;

    public SimulatorRollout(SimulatedWorld world, SimulatorRolloutOptions options)
    {
        _options = options;
        _data = new MujocoData(world.Model);
        _quantities = [.. options.Observation.Select(p => p.Quantity is { } q ? new TrueQuantity(world.Model, q) : null)];
        _needsPoses = _quantities.Any(q => q is { NeedsPoses: true });
        _actuation = new RolloutActuation(world, options);
        _observation = new float[options.Observation.Sum(p => p.Dimension)];
        _point = new double[options.Observation.Max(p => p.Dimension)];
        _registers = new float[Math.Max(options.Reward.RegisterCount, options.Termination?.RegisterCount ?? 0)];
    }

    /// <summary>Returns the sum of rewards; NaN when the physics fails.</summary>
    /// <param name="start">The whole state to start from.</param>
    /// <param name="belief">Values that replace those of the state.</param>
    /// <param name="actions">[horizon × action].</param>
    /// <param name="path">[horizon × observation], receives the observations; empty when not wanted.</param>
    public float Run(ReadOnlySpan<double> start, ReadOnlySpan<float> belief, ReadOnlySpan<float> actions, Span<float> path)
    {
        _data.SetState(start);
        Impose(belief);
        var width = _options.Actions.Dimension;
        var horizon = actions.Length / width;
        _actuation.Begin(_data, horizon);
        var total = 0.0f;
        for (var t = 0; t < horizon; t++)
        {
            var action = actions.Slice(t * width, width);
            _actuation.Take(_data, t, action);
            for (var part = 0; part < _options.ActionRepeat; part++)
            {
                if (_actuation.Run(_data, t, part, _options.ActionRepeat) != PhysicsStatus.Ok)
                    return float.NaN;
                Observe();
                total += Score(_options.Reward, action);
            }

            if (!path.IsEmpty)
                _observation.CopyTo(path[(t * _observation.Length)..]);
            if (path.IsEmpty && _options.Termination is { } end && Score(end, action) > 0)
                break;
        }

        return total;
    }

    public void Dispose() => _data.Dispose();

    private float Score(TermProgram program, ReadOnlySpan<float> action)
    {
        Span<float> result = stackalloc float[1];
        program.Evaluate(_observation, action, _registers, result);
        return result[0];
    }

    private void Impose(ReadOnlySpan<float> belief)
    {
        belief.CopyTo(_observation);
        var offset = 0;
        for (var i = 0; i < _quantities.Length; i++)
        {
            var dimension = _options.Observation[i].Dimension;
            _ = _quantities[i]?.TryWrite(_data, belief.Slice(offset, dimension));
            offset += dimension;
        }
    }

    private void Observe()
    {
        if (_needsPoses)
            _ = _data.UpdatePoses();
        var offset = 0;
        for (var i = 0; i < _quantities.Length; i++)
        {
            var dimension = _options.Observation[i].Dimension;
            if (_quantities[i] is { } quantity)
            {
                quantity.Read(_data, _point);
                for (var k = 0; k < dimension; k++)
                    _observation[offset + k] = (float)_point[k];
            }

            offset += dimension;
        }
    }
}
