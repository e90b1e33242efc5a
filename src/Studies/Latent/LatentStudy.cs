using Robotics.Configuration.Binding;
using Robotics.Configuration.Tasks;
using Robotics.Core.Errors;
using Robotics.Learning.Estimators;
using Robotics.Learning.Sessions;
using Robotics.Runtime.Tasks;
using Robotics.Studies.Mechanism;
using Robotics.WorldModel.Latent;

namespace Robotics.Studies.Latent;

/// <summary>
/// Ways to imagine and to act in the beliefs of one trained filter at equal episodes and gradient steps: return, success rate,
/// exploitation gap and milliseconds per decision after each round of episodes, with planning on ground-truth dynamics as reference.
/// </summary>
internal sealed class LatentStudy : IStudy
{
    private const string DefaultTask = "camera-reach";
    private const int MaximumSeedEpisodes = 400;

    /// <inheritdoc/>
    public string Name => "latent";

    /// <inheritdoc/>
    public string Title => "Imagination and control in latent space";

    /// <inheritdoc/>
    public string Summary => "ways to imagine and to act in the beliefs of the filter that --estimator names, from images.";

    /// <inheritdoc/>
    public bool IsResumable => true;

    /// <inheritdoc/>
    public Task RunAsync(StudyRun run, CancellationToken cancellationToken)
    {
        var options = run.Options;
        if (options.Estimators is not [var estimator])
        {
            throw new UserErrorException(
                "the suite 'latent' compares ways to plan in one filter's beliefs: name one with --estimator FOLDER "
                + "(./robot train estimator makes it).");
        }

        if (options.Tasks?.Count > 1)
            throw new UserErrorException("the suite 'latent' takes one task, that of the estimator.");
        if (options.Trials % 10 is not (null or 0))
        {
            throw new UserErrorException(
                $"--trials of the suite 'latent' are planned episodes in rounds of ten; give a multiple of 10, not {options.Trials}.");
        }

        var task = options.Tasks is [var one] ? one : DefaultTask;
        var schedule = Schedule(options, LearningSession.Resolve(new TaskRequest(task, null, null, run.Seeds[0], 1)));
        var conditions = schedule.Choose(options.Conditions ?? LatentConditions.Names);
        return new LatentComparison(run, task, Path.GetFullPath(estimator), schedule, conditions).RunAsync(cancellationToken);
    }

    private static LatentConditions Schedule(StudyOptions options, TaskDefinition task)
    {
        var seedEpisodes = Math.Min(MaximumSeedEpisodes, EstimatorJob.SettingsOf(task).Episodes);
        return options.Quick
            ? new LatentConditions(
                FirstUpdates: 20, Rounds: 2, EpisodesPerRound: 2, UpdatesPerRound: 20, FilterUpdatesPerRound: 2, EvaluationEpisodes: 2,
                SeedEpisodes: Math.Min(20, seedEpisodes))
            : new LatentConditions(
                FirstUpdates: 1000, Rounds: (options.Trials ?? 80) / 10, EpisodesPerRound: 10, UpdatesPerRound: 300,
                FilterUpdatesPerRound: 10 * OptionsBinder.Bind<LatentOptions>(task.LatentSection).UpdatesPerEpisode, EvaluationEpisodes: 10,
                SeedEpisodes: seedEpisodes);
    }
}
