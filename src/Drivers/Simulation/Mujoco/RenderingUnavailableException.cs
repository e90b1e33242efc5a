using Robotics.Core.Errors;

namespace Robotics.Drivers.Simulation.Mujoco;

/// <summary>This machine cannot draw pictures; all else works. The message says what to install.</summary>
public sealed class RenderingUnavailableException(string message) : UserErrorException(message);
