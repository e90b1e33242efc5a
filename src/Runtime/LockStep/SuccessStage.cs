using Robotics.Configuration.Tasks;
using Robotics.Controller.Loops;

namespace Robotics.Runtime.LockStep;

/// <summary>Monitors the task's success condition in the control loop. Runs on the loop's thread; does not allocate.</summary>
public sealed class SuccessStage(TaskDefinition task) : ITickStage
{
    private readonly float[] _registers = new float[task.Success?.RegisterCount ?? 0];
    private readonly float[] _result = new float[1];
    private readonly float[] _still = new float[task.Actions.Dimension];
    private ControlLoop? _loop;
    private int _inARow;

    /// <inheritdoc/>
    public string Name => "success";

    /// <summary>True when success has held for the task's hold time since <see cref="Restart"/>.</summary>
    public bool Reached { get; private set; }

    /// <summary>Subscribes to a loop's observations.</summary>
    public void Observe(ControlLoop loop) => _loop = loop;

    /// <summary>Starts an episode.</summary>
    public void Restart() => (_inARow, Reached) = (0, false);

    /// <inheritdoc/>
    public void Run(in Tick tick)
    {
        if (task.Success is not { } success || _loop is not { } loop || loop.Observation.IsEmpty)
            return;
        success.Evaluate(loop.Observation, _still, _registers, _result);
        _inARow = _result[0] > 0 ? _inARow + 1 : 0;
        Reached |= _inARow >= task.SuccessHoldSteps;
    }
}
