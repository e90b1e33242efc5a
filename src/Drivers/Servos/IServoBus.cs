using Robotics.Drivers.Serial;

namespace Robotics.Drivers.Servos;

/// <summary>Registers of servos on a bus, in one protocol. Calls do not allocate or throw; for one thread at a time.</summary>
internal interface IServoBus : IDisposable
{
    /// <summary>Frames on the port.</summary>
    SerialBus Serial { get; }

    /// <summary>Bytes of a request and its reply beyond the registers of one servo.</summary>
    int ReadOverhead { get; }

    /// <summary>Finds out whether the adapter echoes, by a message that no servo answers and that changes nothing.</summary>
    BusStatus FindEcho(SerialEcho echo);

    /// <summary>Asks whether a servo is there.</summary>
    BusStatus Ping(byte id);

    /// <summary>True when another frame of a servo follows at once: then two servos have its id.</summary>
    bool AnotherAnswers(byte id);

    /// <summary>Reads registers of one servo.</summary>
    /// <param name="id">The servo.</param>
    /// <param name="address">First register.</param>
    /// <param name="into">Receives them.</param>
    /// <param name="errors">Error bits of the reply.</param>
    BusStatus Read(byte id, int address, Span<byte> into, out int errors);

    /// <summary>Writes registers of one servo and waits for its confirmation.</summary>
    BusStatus Write(byte id, int address, ReadOnlySpan<byte> data);

    /// <summary>Reads the same registers of all servos that have not answered yet.</summary>
    /// <param name="address">First register.</param>
    /// <param name="count">Registers of each servo.</param>
    /// <param name="ids">Servos, in the order in which they answer.</param>
    /// <param name="into">[ids, stride], servo by servo.</param>
    /// <param name="stride">Distance of servos in <paramref name="into"/>, at least <paramref name="count"/>.</param>
    /// <param name="errors">[ids], error bits.</param>
    /// <param name="received">[ids], true for the servos whose data is there; only the others are asked.</param>
    BusStatus SyncRead(
        int address, int count, ReadOnlySpan<byte> ids, Span<byte> into, int stride, Span<int> errors, Span<bool> received);

    /// <summary>Writes registers of several servos; nobody confirms.</summary>
    /// <param name="address">First register.</param>
    /// <param name="count">Registers of each servo.</param>
    /// <param name="ids">Servos.</param>
    /// <param name="data">[ids, count], servo by servo.</param>
    BusStatus SyncWrite(int address, int count, ReadOnlySpan<byte> ids, ReadOnlySpan<byte> data);

    /// <summary>Counts an error that a servo reported of itself.</summary>
    void CountDeviceError();
}
