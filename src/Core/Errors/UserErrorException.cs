namespace Robotics.Core.Errors;

/// <summary>
/// A failure that the user caused or can mend. The message is one clear sentence: what is wrong, where, and what to do.
/// The command line prints the message alone.
/// </summary>
public class UserErrorException : Exception
{
    /// <summary>Creates the error from its sentence.</summary>
    /// <param name="message">The problem, its place, and the remedy.</param>
    /// <param name="inner">The technical cause, for the log only.</param>
    public UserErrorException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
