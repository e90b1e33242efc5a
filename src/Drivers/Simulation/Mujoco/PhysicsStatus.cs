namespace Robotics.Drivers.Simulation.Mujoco;

/// <summary>Result of a call into the physics engine. Nothing on the tick path throws.</summary>
public enum PhysicsStatus
{
    /// <summary>Done.</summary>
    Ok,

    /// <summary>The state became non-finite or huge and the engine reset it; the episode is lost.</summary>
    Diverged,

    /// <summary>The engine refused; <see cref="MujocoData.LastError"/> has its words.</summary>
    Failed,
}
