namespace Robotics.Core.Links;

/// <summary>Result of a read or a write on a link. Nothing on the tick path throws.</summary>
public enum LinkStatus
{
    /// <summary>Done.</summary>
    Ok,

    /// <summary>Done, but the command was changed by a limit.</summary>
    Limited,

    /// <summary>Nothing new since the last read.</summary>
    Stale,

    /// <summary>The command held NaN or infinity; the device was commanded to hold instead.</summary>
    NotFinite,

    /// <summary>The emergency stop is latched; the device was commanded to stop.</summary>
    EmergencyStopped,

    /// <summary>The guard holds or stops the robot; motion needs an operator's resume.</summary>
    Held,

    /// <summary>The device is not connected, or the connection broke.</summary>
    Disconnected,

    /// <summary>The device reported a fault.</summary>
    Fault,
}
