using Robotics.Core.Errors;
using Robotics.Core.Randomness;
using Robotics.Core.Rollouts;

namespace Robotics.Core.Models;

/// <summary>
/// One-step experience of all trials, in order. Arrays are row-major and may be longer than <see cref="Count"/> rows.
/// </summary>
/// <param name="Count">Transitions.</param>
/// <param name="Observations">[count × observation], o_t.</param>
/// <param name="Actions">[count × action], applied a_t in [−1, 1].</param>
/// <param name="NextObservations">[count × observation], o_{t+1}.</param>
public sealed record TransitionSet(int Count, float[] Observations, float[] Actions, float[] NextObservations);

/// <summary>Result of a training call. Immutable.</summary>
/// <param name="Updates">Gradient steps taken.</param>
/// <param name="Loss">The mean loss of the last epoch.</param>
/// <param name="Metrics">Further metrics by name, for the metrics file.</param>
public sealed record LearningReport(long Updates, double Loss, IReadOnlyDictionary<string, double> Metrics);

/// <summary>
/// A model that learns from experience and answers planners. Training is for its own time, not for the tick path.
/// </summary>
public interface IModelLearner : IDisposable
{
    /// <summary>The model as it is in the loop; the same object before and after training.</summary>
    ITrajectoryEvaluator Evaluator { get; }

    /// <summary>The same model for images; null when it cannot record paths.</summary>
    ITrajectoryRecorder? Recorder { get; }

    /// <summary>Learns from everything seen so far and refreshes <see cref="Evaluator"/>.</summary>
    /// <param name="experience">All transitions.</param>
    /// <param name="key">The randomness of this training.</param>
    /// <param name="progress">Receives the completed fraction, 0 to 1.</param>
    /// <param name="cancellationToken">Stops; the model is then to be loaded anew.</param>
    LearningReport Train(TransitionSet experience, RandomKey key, IProgress<double>? progress, CancellationToken cancellationToken);

    /// <summary>Writes weights, optimiser state and normaliser into a folder, so that <see cref="Load"/> goes on bit for bit.</summary>
    void Save(string folder);

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="UserErrorException">The folder holds another model's or another task's weights.</exception>
    void Load(string folder);
}
