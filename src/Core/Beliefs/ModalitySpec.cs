namespace Robotics.Core.Beliefs;

/// <summary>One kind of observation that an estimator takes in: the joints, a camera. Immutable.</summary>
/// <param name="Name">The stream's name.</param>
/// <param name="Dimension">Numbers in one reading: for a picture height × width × channels, in this order.</param>
/// <param name="EmbeddingDimension">Numbers that the estimator makes of them; zero when it corrects by the raw values.</param>
public sealed record ModalitySpec(string Name, int Dimension, int EmbeddingDimension = 0);
