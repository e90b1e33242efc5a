using Robotics.Core.Errors;

namespace Robotics.Drivers.Simulation.Mujoco;

/// <summary>This machine cannot render images; all else works. The message names the packages to install.</summary>
public sealed class RenderingUnavailableException(string message) : UserErrorException(message);
