using System.Text.Json.Serialization;

namespace Robotics.Benchmarks.Sweep;

/// <summary>Cost of a decision at one size. Immutable.</summary>
/// <param name="Axis">The varied size: <c>candidates</c>, <c>particles</c>, <c>horizon</c>, <c>width</c> or <c>threads</c>.</param>
/// <param name="Value">
/// Its value: sequences of the first iteration, particles of each, steps, units of the first hidden layer, threads.
/// </param>
/// <param name="Factor">The same as a multiple of the preset's.</param>
/// <param name="MillisecondsMinimum">The fastest decision.</param>
/// <param name="MillisecondsMedian">The median decision.</param>
/// <param name="Gigaflop">Work of a decision, GFLOP.</param>
/// <param name="Gigaflops">GFLOP/s of the fastest decision.</param>
/// <param name="Decisions">Decisions timed.</param>
internal sealed record SweepPoint(
    string Axis,
    int Value,
    double Factor,
    [property: JsonPropertyName("ms_min")] double MillisecondsMinimum,
    [property: JsonPropertyName("ms_median")] double MillisecondsMedian,
    [property: JsonPropertyName("gflop")] double Gigaflop,
    [property: JsonPropertyName("gflops")] double Gigaflops,
    int Decisions);
