using Robotics.Core.Spaces;

namespace Robotics.Benchmarks.Planner;

/// <summary>The observations of the presets whose robots are not shipped.</summary>
internal static class PresetSpaces
{
    /// <summary>20 elements: seven joints and their speeds, the tips, the object.</summary>
    public static ObservationSpace Pusher =>
        new([.. Predicted("q", 7, "rad"), .. Predicted("qd", 7, "rad/s"), .. Predicted("tips", 3, "m"), .. Predicted("object", 3, "m")]);

    /// <summary>17 elements: seven joints and their speeds, the hand; and a goal of 3 that never moves.</summary>
    public static ObservationSpace Reacher => new(
    [
        .. Predicted("q", 7, "rad"), .. Predicted("qd", 7, "rad/s"), .. Predicted("end", 3, "m"),
        .. Named("goal", 3).Select(n => new ObservationElement(n, "m", ObservationTreatment.Static)),
    ]);

    /// <summary>4 elements, one of them an angle.</summary>
    public static ObservationSpace CartPole => new(
    [
        new("q.slider", "m", ObservationTreatment.Predict),
        new("q.hinge", "rad", ObservationTreatment.Predict, ElementEncoding.SineCosine),
        new("qd.slider", "m/s", ObservationTreatment.Predict),
        new("qd.hinge", "rad/s", ObservationTreatment.Predict),
    ]);

    private static IEnumerable<ObservationElement> Predicted(string name, int count, string unit) =>
        Named(name, count).Select(n => new ObservationElement(n, unit, ObservationTreatment.Predict));

    private static IEnumerable<string> Named(string name, int count) => Enumerable.Range(0, count).Select(i => $"{name}[{i}]");
}
