using Robotics.Configuration.Binding;
using Robotics.Configuration.Tasks;
using Robotics.Core.Errors;
using Robotics.Inference.Formats;
using Robotics.Learning.Estimators;
using Robotics.Learning.Settings;
using Robotics.WorldModel.Latent;
using TorchSharp;

namespace Robotics.Learning.Latent;

/// <summary>Arguments of <c>train latent</c> beyond the task's settings. Immutable.</summary>
/// <param name="Model">Sizes of a fresh model.</param>
/// <param name="Estimator">Run folder of <c>train estimator</c>: its filter and episodes are the start; null to train a filter.</param>
/// <param name="SeedEpisodes">Episodes of random actions; null for the task's.</param>
/// <param name="SeedUpdates">Gradient steps before the first planned episode; null for the task's; unused with an estimator.</param>
/// <param name="Episodes">Planned episodes; null for the task's.</param>
/// <param name="UpdatesPerEpisode">Gradient steps after each planned episode; null for the task's.</param>
/// <param name="Device">Device for training.</param>
internal sealed record LatentRequest(
    SequenceModelOptions Model,
    string? Estimator,
    int? SeedEpisodes,
    int? SeedUpdates,
    int? Episodes,
    int? UpdatesPerEpisode,
    torch.Device Device)
{
    /// <summary>The task's settings with the arguments applied.</summary>
    /// <exception cref="UserErrorException">The task has no estimator, or a setting is wrong.</exception>
    public (EstimatorSettings Estimator, LatentOptions Latent) Settings(TaskDefinition task)
    {
        var estimator = EstimatorJob.SettingsOf(task);
        var latent = OptionsBinder.Bind<LatentOptions>(task.LatentSection);
        latent = latent with
        {
            Episodes = Episodes ?? latent.Episodes,
            UpdatesPerEpisode = UpdatesPerEpisode ?? latent.UpdatesPerEpisode,
        };
        estimator = estimator with
        {
            Episodes = SeedEpisodes ?? latent.SeedEpisodes ?? estimator.Episodes,
            Updates = SeedUpdates ?? latent.SeedUpdates ?? estimator.Updates,
        };
        return (estimator, latent);
    }
}
