using Robotics.Core;

namespace Robotics.Drivers.Simulation;

/// <summary>This machine cannot draw pictures; all else works. The message says what to install.</summary>
public sealed class RenderingUnavailableException(string message) : UserErrorException(message);
