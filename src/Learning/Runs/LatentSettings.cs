using System.Text.Json.Nodes;
using Robotics.WorldModel.Latent;

namespace Robotics.Learning.Runs;

/// <summary>
/// The part of <c>latent:</c> that a run's results depend on, under the names that <c>settings.json</c> has had since version 0.1, so that
/// older runs resume. The amount of training is not among it, nor are models that may be trained later on the beliefs of a finished
/// filter (multi-step dynamics and their members, belief ensemble, value, actor); their files are compared when their training resumes.
/// </summary>
internal static class LatentSettings
{
    private static readonly string[] Excluded =
    [
        nameof(LatentOptions.Algorithm), nameof(LatentOptions.Schedule), nameof(LatentOptions.SeedEpisodes),
        nameof(LatentOptions.SeedUpdates), nameof(LatentOptions.Episodes), nameof(LatentOptions.EvaluateEvery),
        nameof(LatentOptions.EvaluationEpisodes), nameof(LatentOptions.Value), nameof(LatentOptions.Actor),
        nameof(LatentOptions.BeliefEnsemble), nameof(LatentOptions.Rollout), nameof(LatentOptions.Behaviour),
        nameof(LatentOptions.ImaginationShare), nameof(LatentOptions.ImaginationUpdates),
    ];

    private static readonly string[] ExcludedOfDynamics = [nameof(MultiStepDynamicsOptions.Members)];

    private static readonly string[] ExcludedOfRounds =
    [
        nameof(RoundsOptions.FirstUpdates), nameof(RoundsOptions.Count), nameof(RoundsOptions.FinalUpdates),
        nameof(RoundsOptions.TrainMultiStepDynamics),
    ];

    private static readonly Dictionary<string, string> NamesOfRounds = new()
    {
        [nameof(RoundsOptions.Episodes)] = "EpisodesPerRound",
        [nameof(RoundsOptions.Updates)] = "UpdatesPerRound",
        [nameof(RoundsOptions.FilterUpdates)] = "FilterUpdatesPerRound",
        [nameof(RoundsOptions.CollectConcurrently)] = "CollectBeside",
    };

    /// <summary>The settings of <see cref="LatentOptions"/>.</summary>
    /// <param name="options">The options, serialised under their own names; changed.</param>
    public static JsonObject From(JsonObject options)
    {
        var rounds = Take(options, nameof(LatentOptions.Rounds), ExcludedOfRounds);
        var foresight = Take(options, nameof(LatentOptions.MultiStepDynamics), ExcludedOfDynamics);
        foreach (var (name, value) in rounds)
            foresight[NamesOfRounds.GetValueOrDefault(name, name)] = value?.DeepClone();
        foreach (var name in Excluded)
            options.Remove(name);
        options["Foresight"] = foresight;
        return options;
    }

    private static JsonObject Take(JsonObject options, string section, IEnumerable<string> excluded)
    {
        var taken = options[section]!.DeepClone().AsObject();
        options.Remove(section);
        foreach (var name in excluded)
            taken.Remove(name);
        return taken;
    }
}
