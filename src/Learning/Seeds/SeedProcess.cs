using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Robotics.Learning.Seeds;

/// <summary>Outcome of a seed's process. Immutable.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Result">Its result line; empty when it ended without one.</param>
/// <param name="Error">Reason of failure, one sentence; null for success.</param>
internal sealed record SeedOutcome(ulong Seed, JsonObject Result, string? Error)
{
    /// <summary>True when a signal killed the process, so that it reported nothing and may be resumed.</summary>
    public bool WasKilled { get; init; }

    /// <summary>Warnings, one sentence each.</summary>
    public IReadOnlyList<string> Warnings => Result["warnings"] is JsonArray warnings ? [.. warnings.Select(w => $"{w}")] : [];

    /// <summary>A number of the result; NaN when there is none.</summary>
    public double Number(string name) =>
        Result[name] is JsonValue value && value.GetValueKind() == JsonValueKind.Number ? value.GetValue<double>() : double.NaN;
}

/// <summary>
/// A child process of this program that trains one seed. Its standard input is a pipe that is closed to request a graceful stop: unlike
/// a signal, this also happens when the parent is killed, and is harmless when Ctrl-C has already reached the child.
/// </summary>
internal static class SeedProcess
{
    // Exit codes above it mean that a signal ended the process.
    private const int KilledExitCode = 128;

    /// <summary>Runs the process to its end.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="arguments">The arguments of this program.</param>
    /// <param name="cancellationToken">Requests a stop; the process's exit is still awaited.</param>
    public static async Task<SeedOutcome> RunAsync(ulong seed, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        using var process = Process.Start(Describe(arguments))!;
        await using var stop = cancellationToken.Register(process.StandardInput.Close);
        var messages = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var lines = await process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None);
        return Read(seed, process.ExitCode, lines, await messages);
    }

    /// <summary>Outcome of an exited process.</summary>
    internal static SeedOutcome Read(ulong seed, int exitCode, string output, string messages)
    {
        var result = LastObject(output);
        if (exitCode == 0 && result is not null)
            return new SeedOutcome(seed, result, null);
        var said = result?["error"]?.ToString()
            ?? messages.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault();
        var ended = string.Create(CultureInfo.InvariantCulture, $"its process ended with exit code {exitCode}");
        var wasKilled = result is null && exitCode > KilledExitCode;
        var killed = exitCode == 137 ? " (killed, for example because the machine's memory ran out)" : "";
        var error = result is not null ? said ?? $"{ended}." : $"{ended}{killed}{(said is null ? "." : $": {said}")}";
        return new SeedOutcome(seed, result ?? [], error) { WasKilled = wasKilled };
    }

    private static ProcessStartInfo Describe(IEnumerable<string> arguments)
    {
        var program = Environment.ProcessPath!;
        string[] head = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [typeof(SeedProcess).Assembly.Location] : [];
        return new ProcessStartInfo(program, [.. head, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["OMP_NUM_THREADS"] = "1" },
        };
    }

    private static JsonObject? LastObject(string output)
    {
        try
        {
            return output.Split('\n', StringSplitOptions.RemoveEmptyEntries) is [.., var last] ? JsonNode.Parse(last) as JsonObject : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
