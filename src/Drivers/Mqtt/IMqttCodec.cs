namespace Robotics.Drivers.Mqtt;

/// <summary>Reads states and writes commands. Reading and writing may run on two threads.</summary>
internal interface IMqttCodec
{
    /// <summary>Reads a state; returns why it cannot be used, or null. Never throws, whatever the bytes are.</summary>
    /// <param name="payload">The message.</param>
    /// <param name="into">Receives the state; undefined when it cannot be used.</param>
    string? Read(ReadOnlySpan<byte> payload, MqttState into);

    /// <summary>Writes a command into a buffer that the next call overwrites.</summary>
    /// <param name="header">The command's header.</param>
    /// <param name="values">[channels] for a move, else empty.</param>
    ReadOnlyMemory<byte> Write(in MqttCommandHeader header, ReadOnlySpan<double> values);
}
