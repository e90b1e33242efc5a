using System.ComponentModel.DataAnnotations;
using Robotics.Core.Errors;

namespace Robotics.Configuration.Robots;

/// <summary>Source of a camera's images.</summary>
public enum CameraKind
{
    /// <summary>A device of Video4Linux.</summary>
    V4l2,

    /// <summary>Motion JPEG over HTTP.</summary>
    Mjpeg,

    /// <summary>A topic of sensor_msgs/Image or sensor_msgs/CompressedImage behind rosbridge.</summary>
    Ros,
}

/// <summary>A camera of a robot's file. Immutable; thread-safe.</summary>
public sealed record RobotCameraOptions : IValidatable
{
    /// <summary>The camera's name in tasks and recordings.</summary>
    public required string Name { get; init; }

    /// <summary>Source of the images.</summary>
    public required CameraKind Kind { get; init; }

    /// <summary>Device file, http(s) address or topic.</summary>
    public required string Source { get; init; }

    /// <summary>Image width, pixels, 16 to 4096. Default: 640.</summary>
    [Range(16, 4096)]
    public int Width { get; init; } = 640;

    /// <summary>Image height, pixels, 16 to 4096. Default: 480.</summary>
    [Range(16, 4096)]
    public int Height { get; init; } = 480;

    /// <summary>Images per second, 0.1 to 240. Default: 30.</summary>
    [Range(0.1, 240)]
    public double RateHz { get; init; } = 30;

    /// <summary>Time from capture to arrival where the source stamps no capture time, 0 to 5 s. Default: 50 ms.</summary>
    [Range(0, 5)]
    public TimeSpan Delay { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <inheritdoc/>
    public void Validate() => OptionRange.Check(this);
}
