using System.Globalization;

namespace Robotics.Core.Spaces;

/// <summary>Source of an observation term.</summary>
public enum ObservationSource
{
    /// <summary>A sensor of the robot.</summary>
    Measured,

    /// <summary>Computed from measured joints and the kinematic model, on hardware too.</summary>
    Kinematic,

    /// <summary>Chosen by the task and known to everyone, on hardware too: a goal.</summary>
    Commanded,

    /// <summary>Only a simulator knows it: for the scorer, and for controllers of tasks declared privileged.</summary>
    Privileged,
}

/// <summary>Treatment of an observation element by a model.</summary>
public enum ObservationTreatment
{
    /// <summary>The model predicts its change.</summary>
    Predict,

    /// <summary>It passes through a rollout unchanged.</summary>
    Static,
}

/// <summary>Encoding of an element as a network's input.</summary>
public enum ElementEncoding
{
    /// <summary>As it is.</summary>
    Raw,

    /// <summary>As its sine and cosine; its prediction errors and deltas are wrapped to (−π, π].</summary>
    SineCosine,
}

/// <summary>One number of an observation. Immutable.</summary>
/// <param name="Name">For example <c>q.shoulder</c>.</param>
/// <param name="Unit">SI unit, for example <c>rad</c>.</param>
/// <param name="Treatment">Predicted or static.</param>
/// <param name="Encoding">Encoding as a network's input.</param>
/// <param name="Low">Smallest physical value, in <paramref name="Unit"/>; −∞ when unlimited. Predictions are clipped to it.</param>
/// <param name="High">Largest physical value; +∞ when unlimited.</param>
/// <param name="IsInput">True when networks take it as input; an element that does not enter the dynamics, such as a goal, need
/// not be an input.</param>
/// <param name="RelativeTo">The element whose difference from this one networks see in its place; null for the value itself.</param>
public sealed record ObservationElement(
    string Name,
    string Unit,
    ObservationTreatment Treatment,
    ElementEncoding Encoding = ElementEncoding.Raw,
    float Low = float.NegativeInfinity,
    float High = float.PositiveInfinity,
    bool IsInput = true,
    string? RelativeTo = null);

/// <summary>The layout of an observation vector: raw values in SI units, angles unwrapped. Immutable; thread-safe.</summary>
public sealed class ObservationSpace
{
    /// <summary>Creates the space from its elements in vector order.</summary>
    public ObservationSpace(IReadOnlyList<ObservationElement> elements)
    {
        if (elements.Count == 0)
            throw new ArgumentException("An observation needs at least one element.", nameof(elements));
        Elements = [.. elements];
        foreach (var e in Elements.Where(e => e.RelativeTo is not null))
        {
            if (!Elements.Any(o => o.Name == e.RelativeTo && o.RelativeTo is null && o.Encoding == ElementEncoding.Raw)
                || e.Encoding != ElementEncoding.Raw)
                throw new ArgumentException(
                    $"Element '{e.Name}' cannot be seen relative to '{e.RelativeTo}': both must be raw elements of the space, and the "
                    + "other not relative itself.",
                    nameof(elements));
        }

        Hash = SpaceHash.From(Elements.Select(e => string.Create(
            CultureInfo.InvariantCulture, $"{e.Name}|{e.Unit}|{e.Treatment}|{e.Encoding}|{e.Low:R}|{e.High:R}") + Suffix(e)));
    }

    /// <summary>The elements in vector order.</summary>
    public IReadOnlyList<ObservationElement> Elements { get; }

    /// <summary>Observation dimension.</summary>
    public int Dimension => Elements.Count;

    /// <summary>Identifies the space in checkpoints and datasets.</summary>
    public string Hash { get; }

    // Nothing for what networks see as it is: checkpoints from before there was a choice keep their hash.
    private static string Suffix(ObservationElement e) =>
        (e.IsInput ? "" : "|unseen") + (e.RelativeTo is null ? "" : $"|relative to {e.RelativeTo}");
}
