using Robotics.Core.Errors;
using Robotics.Core.Models;
using Robotics.Core.Spaces;
using Robotics.Inference.Weights;

namespace Robotics.WorldModel.Ensembles;

/// <summary>
/// Layout of a network's inputs and targets: the input is, per element in order, the raw value or
/// (sine, cosine), then the action; an element that networks do not use is 0 there, and of one that
/// is relative to another they use the difference. The target is the change of each predicted element, an angle's wrapped to (−π, π].
/// The same layout as <see cref="EnsembleWeights"/> describes. Immutable; thread-safe.
/// </summary>
internal sealed class EnsembleLayout
{
    private readonly ObservationSpace _space;
    private readonly int _actionDimension;
    private readonly int[] _predicted;
    private readonly int[] _unseen;
    private readonly (int Input, int Other)[] _relative;

    public EnsembleLayout(ObservationSpace space, int actionDimension)
    {
        _space = space;
        _actionDimension = actionDimension;
        _predicted = [.. Enumerable.Range(0, space.Dimension).Where(i => space.Elements[i].Treatment == ObservationTreatment.Predict)];
        if (_predicted.Length == 0)
            throw new UserErrorException(
                "The task has no observation for the model to predict: give at least one term the treatment 'predict'.");
        InputDimension = EnsembleWeights.CountInputs(space, actionDimension);
        _unseen = [.. UnseenInputs(space)];
        _relative = [.. RelativeInputs(space)];
    }

    /// <summary>Input dimension of the network.</summary>
    public int InputDimension { get; }

    /// <summary>D, the predicted elements; the network has 2·D outputs, or D without variances.</summary>
    public int PredictedDimension => _predicted.Length;

    /// <summary>Converts experience to inputs [count × input] and targets [count × D], both row-major.</summary>
    /// <exception cref="UserErrorException">A number is not finite, or there is no experience.</exception>
    public (float[] Inputs, float[] Targets) Encode(TransitionSet experience)
    {
        if (experience.Count == 0)
            throw new UserErrorException("There is no experience to train on: run at least one episode first.");
        RequireFinite(experience);
        var inputs = new float[experience.Count * InputDimension];
        var targets = new float[experience.Count * PredictedDimension];
        var (o, a) = (_space.Dimension, _actionDimension);
        for (var i = 0; i < experience.Count; i++)
        {
            var now = experience.Observations.AsSpan(i * o, o);
            EncodeInput(now, experience.Actions.AsSpan(i * a, a), inputs.AsSpan(i * InputDimension, InputDimension));
            EncodeTarget(now, experience.NextObservations.AsSpan(i * o, o), targets.AsSpan(i * PredictedDimension, PredictedDimension));
        }

        return (inputs, targets);
    }

    /// <summary>Writes one input: [observation] and [action] to [input].</summary>
    public void EncodeInput(ReadOnlySpan<float> observation, ReadOnlySpan<float> action, Span<float> input)
    {
        var at = 0;
        for (var i = 0; i < observation.Length; i++)
        {
            if (_space.Elements[i].Encoding == ElementEncoding.SineCosine)
                (input[at++], input[at++]) = MathF.SinCos(observation[i]);
            else
                input[at++] = observation[i];
        }

        action.CopyTo(input[at..]);
        foreach (var (i, other) in _relative)
            input[i] -= input[other];
        foreach (var i in _unseen)
            input[i] = 0;
    }

    /// <summary>Indices of the inputs that are differences, and of the inputs that are subtracted.</summary>
    public static IEnumerable<(int Input, int Other)> RelativeInputs(ObservationSpace space)
    {
        var starts = new Dictionary<string, int>();
        var at = 0;
        foreach (var element in space.Elements)
        {
            starts[element.Name] = at;
            at += element.Encoding == ElementEncoding.SineCosine ? 2 : 1;
        }

        return space.Elements.Where(e => e.RelativeTo is not null).Select(e => (starts[e.Name], starts[e.RelativeTo!]));
    }

    /// <summary>Indices of the inputs of elements that networks do not use.</summary>
    public static IEnumerable<int> UnseenInputs(ObservationSpace space)
    {
        var at = 0;
        foreach (var element in space.Elements)
        {
            var width = element.Encoding == ElementEncoding.SineCosine ? 2 : 1;
            for (var i = at; i < at + width && !element.IsInput; i++)
                yield return i;
            at += width;
        }
    }

    /// <summary>The angle in (−π, π] that differs from <paramref name="angle"/> by whole turns.</summary>
    public static double Wrap(double angle)
    {
        var wrapped = Math.IEEERemainder(angle, 2 * Math.PI);
        return wrapped <= -Math.PI ? wrapped + (2 * Math.PI) : wrapped;
    }

    private void EncodeTarget(ReadOnlySpan<float> now, ReadOnlySpan<float> next, Span<float> target)
    {
        for (var k = 0; k < _predicted.Length; k++)
        {
            var i = _predicted[k];
            var change = (double)next[i] - now[i];
            target[k] = (float)(_space.Elements[i].Encoding == ElementEncoding.SineCosine ? Wrap(change) : change);
        }
    }

    private void RequireFinite(TransitionSet experience)
    {
        var (o, a) = (_space.Dimension, _actionDimension);
        for (var i = 0; i < experience.Count; i++)
        {
            RequireFinite(experience.Observations.AsSpan(i * o, o), "observation", i);
            RequireFinite(experience.Actions.AsSpan(i * a, a), "action", i);
            RequireFinite(experience.NextObservations.AsSpan(i * o, o), "next observation", i);
        }
    }

    private void RequireFinite(ReadOnlySpan<float> values, string what, int transition)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (float.IsFinite(values[i]))
                continue;
            var name = what == "action" ? $"{i}" : $"'{_space.Elements[i].Name}'";
            throw new TrainingFailedException($"The model cannot be trained: {what} {name} of transition {transition} is {values[i]}; " +
                "remove the episode that holds it, or look for the sensor or simulator that produced it.");
        }
    }
}
