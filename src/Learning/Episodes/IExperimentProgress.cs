using Robotics.Data.Episodes;

namespace Robotics.Learning.Episodes;

/// <summary>Progress of an episode. Immutable.</summary>
/// <param name="Trial">The trial, from 0.</param>
/// <param name="Episode">The episode within it, from 0.</param>
/// <param name="Step">Steps taken.</param>
/// <param name="Horizon">Steps in a whole episode.</param>
/// <param name="Return">The sum of rewards so far.</param>
/// <param name="PlanNanoseconds">Duration of the last decision, ns.</param>
public readonly record struct StepProgress(int Trial, int Episode, int Step, int Horizon, double Return, long PlanNanoseconds);

/// <summary>Follows an experiment. Called on the experiment's thread; must not throw.</summary>
public interface IExperimentProgress
{
    /// <summary>The experiment resumes after a trial that an earlier process completed.</summary>
    void Resumed(int lastTrial);

    /// <summary>Training progresses.</summary>
    /// <param name="trial">The trial that it belongs to.</param>
    /// <param name="share">Fraction done, 0 to 1.</param>
    void TrainingProgressed(int trial, double share);

    /// <summary>A step was taken.</summary>
    void StepTaken(in StepProgress step);

    /// <summary>An episode ended and is on the disk.</summary>
    void EpisodeEnded(Episode episode);

    /// <summary>A trial ended and its checkpoint is on the disk.</summary>
    void TrialEnded(TrialReport report);
}
