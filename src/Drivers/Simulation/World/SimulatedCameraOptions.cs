using Robotics.Configuration.Tasks;
using Robotics.Core.Errors;
using Robotics.Drivers.Simulation.Mujoco;

namespace Robotics.Drivers.Simulation.World;

/// <summary>A camera that the simulator plays. Immutable.</summary>
public sealed record SimulatedCameraOptions
{
    /// <summary>The stream's name.</summary>
    public required string Name { get; init; }

    /// <summary>The camera in the model. Default: the one that has the stream's name.</summary>
    public string? Camera { get; init; }

    /// <summary>Size and quality of the images.</summary>
    public RenderOptions Render { get; init; } = new();

    /// <summary>Images per second, 0.001 to 1000. Default 20.</summary>
    public double RateHz { get; init; } = 20;

    /// <summary>Time from an image's capture to its arrival, 0 to 10 s. Default 0.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Maximum jitter of the delay, uniform to both sides, 0 to 1 s; no image overtakes another. Default 0.</summary>
    public TimeSpan DelayJitter { get; init; }

    /// <summary>Probability that an image is lost, 0 to 1. Default 0.</summary>
    public double Dropout { get; init; }

    /// <summary>Images that readers may hold or have waiting at once, 1 to 1000; those in flight come on top. Default 16.</summary>
    public int Buffers { get; init; } = 16;

    /// <summary>Options that follow from a task's camera.</summary>
    public static SimulatedCameraOptions FromSettings(CameraSettings settings) => new()
    {
        Name = settings.Name,
        Render = new RenderOptions { Width = settings.Width, Height = settings.Height, Shadows = settings.Shadows },
        RateHz = settings.RateHz,
        Delay = settings.Delay,
        Dropout = settings.DropRate,
    };

    /// <summary>Checks every range.</summary>
    /// <exception cref="UserErrorException">A value is out of range; the message names it.</exception>
    public void Validate()
    {
        var camera = $"camera '{Name}' ";
        SimulationOptions.Within(camera + nameof(RateHz), RateHz, 1e-3, 1000, "Hz");
        SimulationOptions.Within(camera + nameof(Delay), Delay.TotalSeconds, 0, 10, "s");
        SimulationOptions.Within(camera + nameof(DelayJitter), DelayJitter.TotalSeconds, 0, 1, "s");
        SimulationOptions.Within(camera + nameof(Dropout), Dropout, 0, 1, "(a probability)");
        SimulationOptions.Within(camera + nameof(Buffers), Buffers, 1, 1000, "images");
        Render.Validate();
    }
}
