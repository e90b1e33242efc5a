namespace Robotics.SequenceModels.Refinement;

/// <summary>Sizes for training and evaluating amortized inference. Immutable.</summary>
/// <param name="Updates">Gradient steps for θ.</param>
/// <param name="ArmUpdates">Gradient steps for each method.</param>
/// <param name="Steps">Length of sequences.</param>
/// <param name="Batch">Sequences in a batch for θ.</param>
/// <param name="ArmBatch">Time steps in a batch for a method.</param>
/// <param name="HeldOut">Sequences of the test set.</param>
/// <param name="ReferenceSteps">Gradient steps of the reference at each time step.</param>
/// <param name="Particles">Samples of the importance-weighted bound.</param>
public sealed record AmortizationSizes(
    int Updates, int ArmUpdates, int Steps, int Batch, int ArmBatch, int HeldOut, int ReferenceSteps, int Particles);
