using Robotics.Core.Errors;

namespace Robotics.WorldModel.Ensembles;

/// <summary>Training met values that are not finite. The message states where, and what to do.</summary>
public sealed class TrainingFailedException : UserErrorException
{
    /// <summary>Creates the error from its sentence.</summary>
    public TrainingFailedException(string message)
        : base(message)
    {
    }
}
