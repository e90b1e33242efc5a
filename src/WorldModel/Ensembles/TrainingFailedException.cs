using Robotics.Core.Errors;

namespace Robotics.WorldModel.Ensembles;

/// <summary>Training met numbers that are not finite. The message names where, and what to do.</summary>
public sealed class TrainingFailedException : UserErrorException
{
    /// <summary>Creates the error from its sentence.</summary>
    public TrainingFailedException(string message)
        : base(message)
    {
    }
}
