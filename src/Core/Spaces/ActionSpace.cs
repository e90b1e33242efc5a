using System.Globalization;

namespace Robotics.Core.Spaces;

/// <summary>Commanded quantity.</summary>
public enum ActionMode
{
    /// <summary>Joint position, rad or m.</summary>
    Position,

    /// <summary>Joint velocity, rad/s or m/s.</summary>
    Velocity,

    /// <summary>Joint torque or force, N·m or N.</summary>
    Effort,
}

/// <summary>Reference of a command: zero or the last command.</summary>
public enum ActionReference
{
    /// <summary>The command is the value.</summary>
    Absolute,

    /// <summary>The command is added to the measured position at the control tick (position mode only).</summary>
    Delta,
}

/// <summary>Resampling of actions at the control rate to commands at the servo rate.</summary>
public enum ActionResampling
{
    /// <summary>The action holds until the next.</summary>
    Hold,

    /// <summary>The command moves in a straight line from the last to the present action over one control period.</summary>
    Linear,
}

/// <summary>One commanded joint. Immutable.</summary>
/// <param name="Name">The command channel's name on the robot.</param>
/// <param name="Mode">Commanded quantity.</param>
/// <param name="Reference">Absolute or relative to the measured position.</param>
/// <param name="Low">The SI value (or delta) of action −1.</param>
/// <param name="High">The SI value (or delta) of action +1.</param>
public sealed record ActionChannel(string Name, ActionMode Mode, ActionReference Reference, double Low, double High);

/// <summary>
/// Maps the planner's actions in [−1, 1] to commands in SI units. Immutable; thread-safe; <see cref="ToCommand"/> is safe on
/// the tick path.
/// </summary>
public sealed class ActionSpace
{
    /// <summary>Creates the space from its channels in vector order.</summary>
    public ActionSpace(IReadOnlyList<ActionChannel> channels, ActionResampling resampling = ActionResampling.Hold)
    {
        if (channels.Count == 0)
            throw new ArgumentException("An action needs at least one channel.", nameof(channels));
        foreach (var c in channels)
        {
            if (!(c.Low < c.High) || !double.IsFinite(c.Low) || !double.IsFinite(c.High))
                throw new ArgumentException(
                    $"Action channel '{c.Name}' needs finite bounds with low < high, not [{c.Low}, {c.High}].", nameof(channels));
        }

        Channels = [.. channels];
        Resampling = resampling;
        Hash = SpaceHash.From(Channels.Select(c => string.Create(
            CultureInfo.InvariantCulture, $"{c.Name}|{c.Mode}|{c.Reference}|{c.Low:R}|{c.High:R}")).Append(resampling.ToString()));
    }

    /// <summary>The channels in vector order.</summary>
    public IReadOnlyList<ActionChannel> Channels { get; }

    /// <summary>Action dimension.</summary>
    public int Dimension => Channels.Count;

    /// <summary>Resampling of actions to commands at the servo rate.</summary>
    public ActionResampling Resampling { get; }

    /// <summary>Identifies the space in checkpoints and datasets.</summary>
    public string Hash { get; }

    /// <summary>Converts an action to a command.</summary>
    /// <param name="action">[Dimension], each in [−1, 1]; values outside are clamped, NaN passes through to the guard.</param>
    /// <param name="measured">[Dimension], measured joint positions behind the channels, in rad or m; read for delta channels only.</param>
    /// <param name="command">[Dimension], receives SI values.</param>
    public void ToCommand(ReadOnlySpan<float> action, ReadOnlySpan<double> measured, Span<double> command)
    {
        for (var i = 0; i < Channels.Count; i++)
        {
            var c = Channels[i];
            var unit = (Math.Clamp((double)action[i], -1.0, 1.0) + 1.0) * 0.5;
            var value = c.Low + ((c.High - c.Low) * unit);
            command[i] = c.Reference == ActionReference.Delta ? measured[i] + value : value;
        }
    }

    /// <summary>The action whose command is <paramref name="command"/>: the inverse of <see cref="ToCommand"/>, unclamped.</summary>
    public void ToAction(ReadOnlySpan<double> command, ReadOnlySpan<double> measured, Span<float> action)
    {
        for (var i = 0; i < Channels.Count; i++)
        {
            var c = Channels[i];
            var value = c.Reference == ActionReference.Delta ? command[i] - measured[i] : command[i];
            action[i] = (float)(((value - c.Low) / (c.High - c.Low) * 2.0) - 1.0);
        }
    }
}
