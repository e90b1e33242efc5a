namespace Robotics.SequenceModels.Refinement;

/// <summary>Sizes for training and evaluating amortized inference. Immutable.</summary>
/// <param name="Updates">Gradient steps for θ.</param>
/// <param name="InferenceUpdates">Gradient steps for each method.</param>
/// <param name="Steps">Length of sequences.</param>
/// <param name="Batch">Sequences in a batch for θ.</param>
/// <param name="InferenceBatch">Time steps in a batch for a method.</param>
/// <param name="TestSequences">Sequences of the test set.</param>
/// <param name="ReferenceSteps">Gradient steps of the reference at each time step.</param>
/// <param name="Particles">Samples of the importance-weighted bound.</param>
public sealed record AmortizationSizes(
    int Updates, int InferenceUpdates, int Steps, int Batch, int InferenceBatch, int TestSequences, int ReferenceSteps, int Particles);
