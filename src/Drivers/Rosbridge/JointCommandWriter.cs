using System.Buffers;
using System.Text.Json;
using Robotics.Configuration.Robots;
using Robotics.Core.Spaces;
using Robotics.Drivers.Rosbridge.Messages;

namespace Robotics.Drivers.Rosbridge;

/// <summary>Writes commands as publications. Not thread-safe; does not allocate in the steady state.</summary>
internal sealed class JointCommandWriter : IDisposable
{
    private readonly RosbridgeOptions _options;
    private readonly JsonEncodedText[] _names;
    private readonly bool _isPosition;
    private readonly ArrayBufferWriter<byte> _buffer = new(1024);
    private readonly Utf8JsonWriter _writer;

    /// <summary>Creates a writer for a robot's joints.</summary>
    public JointCommandWriter(RosbridgeOptions options, IReadOnlyList<RobotJointOptions> joints)
    {
        _options = options;
        _names = [.. joints.Select(j => JsonEncodedText.Encode(j.DeviceName ?? j.Name))];
        _isPosition = joints[0].Mode == ActionMode.Position;
        _writer = new Utf8JsonWriter(_buffer);
    }

    /// <summary>The frame of a command; the next call overwrites it.</summary>
    /// <param name="values">[channels], as the device takes them.</param>
    public ReadOnlyMemory<byte> Write(ReadOnlySpan<double> values)
    {
        _buffer.ResetWrittenCount();
        _writer.Reset();
        _writer.WriteStartObject();
        _writer.WriteString("op"u8, "publish"u8);
        _writer.WriteString("topic"u8, _options.CommandTopic);
        _writer.WriteStartObject("msg"u8);
        if (_options.CommandForm == RosCommandForm.Float64MultiArray)
            WriteArray(values);
        else
            WriteTrajectory(values);
        _writer.WriteEndObject();
        _writer.WriteEndObject();
        _writer.Flush();
        return _buffer.WrittenMemory;
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private void WriteArray(ReadOnlySpan<double> values)
    {
        _writer.WriteStartObject("layout"u8);
        _writer.WriteStartArray("dim"u8);
        _writer.WriteEndArray();
        _writer.WriteNumber("data_offset"u8, 0);
        _writer.WriteEndObject();
        WriteNumbers("data"u8, values);
    }

    private void WriteTrajectory(ReadOnlySpan<double> values)
    {
        // A stamp of 0 starts the trajectory at its arrival: the robot's clock need not agree with ours.
        _writer.WriteStartObject("header"u8);
        _writer.WritePropertyName("stamp"u8);
        WriteTime(0, 0);
        _writer.WriteString("frame_id"u8, ""u8);
        _writer.WriteEndObject();
        _writer.WriteStartArray("joint_names"u8);
        foreach (var name in _names)
            _writer.WriteStringValue(name);
        _writer.WriteEndArray();
        _writer.WriteStartArray("points"u8);
        _writer.WriteStartObject();
        WriteNumbers("positions"u8, _isPosition ? values : []);
        WriteNumbers("velocities"u8, _isPosition ? [] : values);
        WriteNumbers("accelerations"u8, []);
        WriteNumbers("effort"u8, []);
        _writer.WritePropertyName("time_from_start"u8);
        WriteTime(_options.PointTime.Ticks / TimeSpan.TicksPerSecond, _options.PointTime.Ticks % TimeSpan.TicksPerSecond * 100);
        _writer.WriteEndObject();
        _writer.WriteEndArray();
    }

    private void WriteNumbers(ReadOnlySpan<byte> key, ReadOnlySpan<double> values)
    {
        _writer.WriteStartArray(key);
        foreach (var value in values)
            _writer.WriteNumberValue(value);
        _writer.WriteEndArray();
    }

    private void WriteTime(long seconds, long nanoseconds)
    {
        var isRos2 = _options.Ros == RosVersion.Ros2;
        _writer.WriteStartObject();
        _writer.WriteNumber(isRos2 ? "sec"u8 : "secs"u8, seconds);
        _writer.WriteNumber(isRos2 ? "nanosec"u8 : "nsecs"u8, nanoseconds);
        _writer.WriteEndObject();
    }
}
