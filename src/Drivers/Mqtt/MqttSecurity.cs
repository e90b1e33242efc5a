using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MQTTnet;
using Robotics.Configuration.Robots;
using Robotics.Core.Errors;

namespace Robotics.Drivers.Mqtt;

/// <summary>Certificates and password of a connection, read from files once. Thread-safe.</summary>
internal sealed class MqttSecurity
{
    private readonly X509Certificate2Collection? _authorities;
    private readonly X509Certificate2? _client;
    private readonly bool _usesTls;
    private volatile string? _refusal;

    /// <summary>Reads what the options name.</summary>
    /// <exception cref="UserErrorException">A file or a variable is missing or holds something else.</exception>
    public MqttSecurity(RobotDefinition definition, MqttOptions options)
    {
        var place = definition.LocationOf("connection");
        var folder = Path.GetDirectoryName(definition.FilePath) ?? "";
        Password = ReadPassword(options, folder, $"{place}");
        if (options.Tls is not { } tls)
            return;
        _usesTls = true;
        _authorities = tls.CaFile is { } ca ? Load($"{place}", Path.Combine(folder, ca), ReadAuthorities) : null;
        if (tls.ClientCertificate is { } certificate)
        {
            _client = Load($"{place}", Path.Combine(folder, certificate), path => X509Certificate2.CreateFromPemFile(
                path, tls.ClientKey is { } key ? Path.Combine(folder, key) : null));
        }
    }

    /// <summary>The password; null without one.</summary>
    public string? Password { get; }

    /// <summary>Why the broker's certificate was refused at the last attempt; null when it was not.</summary>
    public string? Refusal => _refusal;

    /// <summary>Adds encryption to a client's options.</summary>
    public void Apply(MqttClientOptionsBuilder builder)
    {
        _refusal = null;
        if (!_usesTls)
            return;
        builder.WithTlsOptions(tls =>
        {
            tls.UseTls().WithCertificateValidationHandler(Validate).WithRevocationMode(X509RevocationMode.NoCheck);
            if (_client is not null)
                tls.WithClientCertificates([_client]);
        });
    }

    private static string? ReadPassword(MqttOptions options, string folder, string place)
    {
        if (options.PasswordVariable is { } variable)
        {
            return Environment.GetEnvironmentVariable(variable) ?? throw new UserErrorException(
                $"{place}: the environment variable {variable}, which is to hold the password of the MQTT broker, is not set; set it.");
        }

        return options.PasswordFile is { } file
            ? Load(place, Path.Combine(folder, file), path => File.ReadLines(path).FirstOrDefault() ?? "")
            : null;
    }

    private static X509Certificate2Collection ReadAuthorities(string path)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(path);
        return authorities.Count > 0 ? authorities : throw new CryptographicException("it holds no certificate");
    }

    private static T Load<T>(string place, string path, Func<string, T> read)
    {
        try
        {
            return read(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new UserErrorException($"{place}: {path} cannot be used for the MQTT connection: {e.Message.TrimEnd('.')}.", e);
        }
    }

    private bool Validate(MqttClientCertificateValidationEventArgs e)
    {
        _refusal = e.Certificate is null ? "the broker showed no certificate"
            : (e.SslPolicyErrors & SslPolicyErrors.RemoteCertificateNameMismatch) != 0
                ? $"the broker's certificate is for {e.Certificate.Subject} and not for the 'host' of the robot's file"
            : ChainProblem(e) is { } problem ? $"the broker's certificate is not trusted ({problem}); check 'ca_file'" : null;
        return _refusal is null;
    }

    private string? ChainProblem(MqttClientCertificateValidationEventArgs e)
    {
        if (_authorities is null)
            return (e.SslPolicyErrors & SslPolicyErrors.RemoteCertificateChainErrors) == 0 ? null : Describe(e.Chain);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        using var certificate = new X509Certificate2(e.Certificate);
        return chain.Build(certificate) ? null : Describe(chain);
    }

    private static string Describe(X509Chain chain) =>
        chain.ChainStatus.Length > 0 ? chain.ChainStatus[0].Status.ToString() : "no reason given";
}
