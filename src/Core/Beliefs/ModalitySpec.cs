namespace Robotics.Core.Beliefs;

/// <summary>One kind of observation that an estimator takes in: the joints, a camera. Immutable.</summary>
/// <param name="Name">The stream's name.</param>
/// <param name="Dimension">Reading dimension; for an image height × width × channels, in this order.</param>
/// <param name="EmbeddingDimension">Embedding dimension; zero when the estimator corrects by the raw values.</param>
public sealed record ModalitySpec(string Name, int Dimension, int EmbeddingDimension = 0);
