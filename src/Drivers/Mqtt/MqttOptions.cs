using System.ComponentModel.DataAnnotations;
using Robotics.Core.Errors;

namespace Robotics.Drivers.Mqtt;

/// <summary>Encoding of states and commands.</summary>
public enum MqttPayloadFormat
{
    /// <summary>JSON text.</summary>
    Json,

    /// <summary>Packed, little-endian.</summary>
    Binary,
}

/// <summary>Size of the numbers of a binary payload.</summary>
public enum MqttNumberFormat
{
    /// <summary>Four bytes.</summary>
    F32,

    /// <summary>Eight bytes.</summary>
    F64,
}

/// <summary>Encryption of the connection to a broker. Paths are relative to the robot's file. Immutable; thread-safe.</summary>
public sealed record MqttTlsOptions
{
    /// <summary>Certificates (PEM) of the authorities that may have signed the broker's; default: the system's.</summary>
    public string? CaFile { get; init; }

    /// <summary>This client's certificate (PEM), for brokers that ask for one.</summary>
    public string? ClientCertificate { get; init; }

    /// <summary>Private key of <see cref="ClientCertificate"/> (PEM). Default: in the same file.</summary>
    public string? ClientKey { get; init; }
}

/// <summary>Options of the MQTT driver: the section <c>connection</c> of a robot's file. Immutable; thread-safe.</summary>
public sealed record MqttOptions : IValidatable
{
    /// <summary>Host name or address of the broker.</summary>
    public required string Host { get; init; }

    /// <summary>Port of the broker, 1 to 65,535. Default: 8883 with TLS, else 1883.</summary>
    [Range(1, 65535)]
    public int? Port { get; init; }

    /// <summary>Encryption; null for none.</summary>
    public MqttTlsOptions? Tls { get; init; }

    /// <summary>Client identifier; a broker ends an older connection of the same one. Default: robotics- and the robot's name.</summary>
    public string? ClientId { get; init; }

    /// <summary>User name; null to connect without credentials.</summary>
    public string? User { get; init; }

    /// <summary>File with the password in its first line, relative to the robot's file.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>Environment variable with the password.</summary>
    public string? PasswordVariable { get; init; }

    /// <summary>Topic on which the device publishes its states.</summary>
    public required string StateTopic { get; init; }

    /// <summary>Topic on which the device takes commands.</summary>
    public required string CommandTopic { get; init; }

    /// <summary>
    /// Topic on which this controller tells, retained, whether it is there; its last will says "offline" there. Others may watch it; it
    /// stops no motor. Default: none.
    /// </summary>
    public string? StatusTopic { get; init; }

    /// <summary>Encoding of states and commands. Default: json.</summary>
    public MqttPayloadFormat Format { get; init; } = MqttPayloadFormat.Json;

    /// <summary>Size of the numbers of binary commands; states say theirs. Default: f64.</summary>
    public MqttNumberFormat Numbers { get; init; } = MqttNumberFormat.F64;

    /// <summary>Time after its stamp in which a command may be carried out, 10 ms to 1 s. Default: 100 ms.</summary>
    [Range(0.01, 1)]
    public TimeSpan Valid { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Time after which the device itself stops when no command comes, 1 ms to 60 s. Only up to 100 ms count as a watchdog; without
    /// it, or above, the robot counts as one that keeps its last command. Default: none.
    /// </summary>
    [Range(0.001, 60)]
    public TimeSpan? ReceiverTimeout { get; init; }

    /// <summary>Time that connecting may take, 0.1 to 60 s. Default: 5 s.</summary>
    [Range(0.1, 60)]
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time without a state after which the connection counts as broken, 0.05 to 60 s. Default: 1 s.</summary>
    [Range(0.05, 60)]
    public TimeSpan StateTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Time within which broker and client tell each other that they are there, 1 to 3600 s. Default: 5 s.</summary>
    [Range(1, 3600)]
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Shortest time from a state's stamp to its arrival, 0 to 1 s; it cannot be measured from here. Default: 0.</summary>
    [Range(0, 1)]
    public TimeSpan MinimumDelay { get; init; } = TimeSpan.Zero;

    /// <inheritdoc/>
    public void Validate()
    {
        OptionRange.Check(this);
        CheckTopic(StateTopic, nameof(StateTopic));
        CheckTopic(CommandTopic, nameof(CommandTopic));
        CheckTopic(StatusTopic ?? "-", nameof(StatusTopic));
        if (StateTopic == CommandTopic)
            throw new ArgumentOutOfRangeException(nameof(CommandTopic), "must be another topic than 'state_topic'");
        if (PasswordFile is not null && PasswordVariable is not null)
            throw new ArgumentOutOfRangeException(nameof(PasswordVariable), "repeats 'password_file'; give one of them");
        if (User is null && (PasswordFile ?? PasswordVariable) is not null)
            throw new UserErrorException("a password is given without a user; add the key 'user'");
        if (Tls is { ClientKey: not null, ClientCertificate: null })
            throw new UserErrorException("'client_key' is given without 'client_certificate'; add the certificate");
    }

    private static void CheckTopic(string topic, string name)
    {
        if (topic.Length == 0 || topic.AsSpan().ContainsAny("+#\0"))
            throw new ArgumentOutOfRangeException(name, "must be one topic: not empty and without + and #");
    }
}
