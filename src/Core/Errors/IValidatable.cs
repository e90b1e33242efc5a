namespace Robotics.Core.Errors;

/// <summary>
/// Options that can check themselves. Whoever reads options from a file calls this once they are filled and adds the position
/// in the file to what is wrong.
/// </summary>
public interface IValidatable
{
    /// <summary>Checks ranges and agreement of the options.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range; the parameter's name is the property's.</exception>
    /// <exception cref="UserErrorException">The options do not fit together.</exception>
    void Validate();
}
