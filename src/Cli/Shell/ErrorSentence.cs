using System.Reflection;
using System.Text.RegularExpressions;
using Robotics.Configuration.Yaml;
using Robotics.Core.Errors;

namespace Robotics.Cli.Shell;

/// <summary>The one sentence that a user sees for an exception of known cause; one line per error of a settings file.</summary>
internal static partial class ErrorSentence
{
    /// <summary>The sentence, or null when the exception is unexpected and belongs in a log.</summary>
    public static string? For(Exception exception) => Unwrap(exception) switch
    {
        ConfigurationException e => e.Message,
        UserErrorException e => OneLine(e.Message),
        DllNotFoundException e => $"the native library {LibraryIn(e.Message)} could not be loaded; {Remedy.Install}.",
        EntryPointNotFoundException e => $"a native library is of another version than expected ({OneLine(e.Message).TrimEnd('.')}); "
            + $"{Remedy.Install}, and delete artifacts/ to build anew.",
        OutOfMemoryException => "memory ran out; close other programs, or make the task smaller.",
        { } e => FileErrors.Sentence(e) is { } sentence ? OneLine(sentence) : null,
    };

    /// <summary>The cause inside the runtime's wrapper exceptions.</summary>
    public static Exception Unwrap(Exception exception) => exception switch
    {
        AggregateException { InnerExceptions: [var inner] } => Unwrap(inner),
        TypeInitializationException { InnerException: { } inner } => Unwrap(inner),
        TargetInvocationException { InnerException: { } inner } => Unwrap(inner),
        _ => exception,
    };

    private static string LibraryIn(string message) => Quoted().Match(message) is { Success: true } found ? found.Groups[1].Value : "";

    private static string OneLine(string text) => text.ReplaceLineEndings(" ").Trim();

    [GeneratedRegex("'([^']+)'")]
    private static partial Regex Quoted();
}
