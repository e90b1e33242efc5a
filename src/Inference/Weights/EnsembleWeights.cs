using Robotics.Core.Spaces;

namespace Robotics.Inference.Weights;

/// <summary>
/// A trained probabilistic ensemble (Chua et al. 2018, "Deep Reinforcement Learning in a Handful of Trials using
/// Probabilistic Dynamics Models"), in the neutral form that any trainer can fill. Every layer but the last is followed by
/// SiLU, x·sigmoid(x). The input is, for every observation element in order, the raw value or (sine, cosine), then the
/// action in [−1, 1]; each number is normalised to (x − mean) / std. The last layer gives, for the D elements that are
/// predicted, in vector order, D means and then D raw log-variances of the change over one step; of a deterministic
/// ensemble D changes and nothing else. Treat as immutable.
/// </summary>
public sealed record EnsembleWeights
{
    /// <summary>The layout of the state.</summary>
    public required ObservationSpace Observations { get; init; }

    /// <summary>Action dimension.</summary>
    public required int ActionDimension { get; init; }

    /// <summary>Networks in the ensemble, M.</summary>
    public required int Members { get; init; }

    /// <summary>True when the networks predict no variance: rollouts are then without noise. Default: false.</summary>
    public bool IsDeterministic { get; init; }

    /// <summary>The layers from input to output; the last has <see cref="OutputDimension"/> outputs.</summary>
    public required IReadOnlyList<LayerWeights> Layers { get; init; }

    /// <summary>[input], what is subtracted from the input.</summary>
    public required float[] InputMean { get; init; }

    /// <summary>[input], what the input is then divided by; positive.</summary>
    public required float[] InputStandardDeviation { get; init; }

    /// <summary>[D], the soft upper bound of the log-variance; not used by a deterministic ensemble.</summary>
    public required float[] MaximumLogVariance { get; init; }

    /// <summary>[D], the soft lower bound of the log-variance; not used by a deterministic ensemble.</summary>
    public required float[] MinimumLogVariance { get; init; }

    /// <summary>D: the elements that the model predicts.</summary>
    public int PredictedDimension => CountPredicted(Observations);

    /// <summary>Output dimension of the network: 2·D, or D without variances.</summary>
    public int OutputDimension => IsDeterministic ? PredictedDimension : 2 * PredictedDimension;

    /// <summary>Input dimension of the network.</summary>
    public int InputDimension => CountInputs(Observations, ActionDimension);

    /// <summary>The elements of a space that a model predicts.</summary>
    public static int CountPredicted(ObservationSpace observations) =>
        observations.Elements.Count(e => e.Treatment == ObservationTreatment.Predict);

    /// <summary>Input dimension of a network over a space: one or two per element, then the action.</summary>
    public static int CountInputs(ObservationSpace observations, int actionDimension) =>
        observations.Elements.Sum(e => e.Encoding == ElementEncoding.SineCosine ? 2 : 1) + actionDimension;

    /// <summary>Checks that every shape fits. Values are not looked at: a weight that is not finite shows in the rollout.</summary>
    /// <exception cref="ArgumentException">A shape does not fit; the message says which.</exception>
    public void Validate()
    {
        Require(Members >= 1, "an ensemble needs at least one member");
        Require(PredictedDimension >= 1, "the observation space has no element to predict");
        Require(Layers.Count >= 1, "a network needs at least one layer");
        Require(InputMean.Length == InputDimension, $"the input mean has {InputMean.Length} numbers where {InputDimension} are needed");
        Require(InputStandardDeviation.Length == InputDimension,
            $"the input std has {InputStandardDeviation.Length} numbers where {InputDimension} are needed");
        Require(!InputStandardDeviation.Any(s => s <= 0), "an input std is not positive");
        Require(MaximumLogVariance.Length == PredictedDimension,
            $"the upper log-variance has {MaximumLogVariance.Length} numbers where {PredictedDimension} are needed");
        Require(MinimumLogVariance.Length == PredictedDimension,
            $"the lower log-variance has {MinimumLogVariance.Length} numbers where {PredictedDimension} are needed");
        var inputs = InputDimension;
        for (var i = 0; i < Layers.Count; i++)
        {
            var l = Layers[i];
            Require(l.Inputs == inputs, $"layer {i} takes {l.Inputs} numbers where {inputs} come in");
            Require(l.Weights.Length == Members * l.Outputs * l.Inputs,
                $"layer {i} has {l.Weights.Length} weights where {Members} x {l.Outputs} x {l.Inputs} are needed");
            Require(
                l.Biases.Length == Members * l.Outputs, $"layer {i} has {l.Biases.Length} biases where {Members} x {l.Outputs} are needed");
            inputs = l.Outputs;
        }

        Require(inputs == OutputDimension, $"the last layer gives {inputs} numbers where {OutputDimension} are needed");
    }

    private static void Require(bool condition, string what)
    {
        if (!condition)
            throw new ArgumentException($"The ensemble's weights do not fit: {what}.");
    }
}
