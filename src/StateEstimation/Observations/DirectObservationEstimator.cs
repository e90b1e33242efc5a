using Robotics.Core.Beliefs;

namespace Robotics.StateEstimation.Observations;

/// <summary>
/// The filter of a task whose state is observed directly: the belief is the observation and is certain. Prediction follows the
/// mean of a one-step model where one is given; without one it leaves the belief as it is, which is right to first order when the
/// time predicted over is short. Used by one thread at a time; does not allocate; safe on the tick path.
/// </summary>
public sealed class DirectObservationEstimator : IStateEstimator
{
    /// <summary>Name of its only modality: the task's whole observation.</summary>
    public const string Modality = "observation";

    private readonly IBeliefPredictor? _model;

    /// <summary>Creates the filter.</summary>
    /// <param name="observationDimension">Observation dimension, which is also the belief dimension.</param>
    /// <param name="model">Predicts the mean of a belief over one control period; null leaves beliefs as they are.</param>
    /// <exception cref="ArgumentException">The model's beliefs have another dimension.</exception>
    public DirectObservationEstimator(int observationDimension, IBeliefPredictor? model = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(observationDimension, 1);
        if (model is not null && model.BeliefDimension != observationDimension)
            throw new ArgumentException(
                $"The model predicts beliefs of {model.BeliefDimension} numbers, but an observation has {observationDimension}.",
                nameof(model));
        (BeliefDimension, _model) = (observationDimension, model);
        Modalities = [new ModalitySpec(Modality, observationDimension)];
    }

    /// <inheritdoc/>
    public int BeliefDimension { get; }

    /// <inheritdoc/>
    public IReadOnlyList<ModalitySpec> Modalities { get; }

    /// <inheritdoc/>
    public void Reset(Belief into)
    {
        into.Mean.AsSpan().Clear();
        into.StandardDeviation.AsSpan().Clear();
    }

    /// <inheritdoc/>
    public void Predict(Belief belief, ReadOnlySpan<float> action, double periodSeconds, Belief into)
    {
        if (into != belief)
            into.CopyFrom(belief);
        into.At = belief.At + TimeSpan.FromSeconds(periodSeconds);
        _model?.PredictMean(into.Mean, action, into.Mean);
    }

    /// <inheritdoc/>
    public void Correct(Belief belief, ObservationFrame observation, Belief into)
    {
        if (into != belief)
            into.CopyFrom(belief);
        if (!observation[0].IsNew)
            return;
        observation[0].Values.CopyTo(into.Mean, 0);
        into.StandardDeviation.AsSpan().Clear();
    }
}
