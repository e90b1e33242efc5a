using System.Globalization;
using Robotics.Core.Errors;
using Robotics.Reporting.Plots;
using Robotics.Studies.Mechanism;

namespace Robotics.Studies.Latent;

/// <summary>Conditions of the study <c>latent</c> as settings merged over a task's, and the schedule common to all. Immutable.</summary>
/// <param name="FirstUpdates">Gradient steps before the first planned episode.</param>
/// <param name="Rounds">Number of rounds of planned episodes.</param>
/// <param name="EpisodesPerRound">Planned episodes per round.</param>
/// <param name="UpdatesPerRound">Gradient steps on beliefs after each round.</param>
/// <param name="FilterUpdatesPerRound">Gradient steps of the filter after each round, before those on beliefs.</param>
/// <param name="EvaluationEpisodes">Episodes of the evaluation after each round.</param>
/// <param name="SeedEpisodes">Initial random episodes, taken from the filter's.</param>
internal sealed record LatentConditions(
    int FirstUpdates, int Rounds, int EpisodesPerRound, int UpdatesPerRound, int FilterUpdatesPerRound, int EvaluationEpisodes,
    int SeedEpisodes)
{
    /// <summary>The condition that plans with an ensemble and a disagreement penalty.</summary>
    public const string Ensemble = "ensemble";

    /// <summary>The condition that plans with one network and as many rollouts.</summary>
    public const string Single = "single";

    /// <summary>Conditions with several members and a disagreement penalty, each with its single-member counterpart.</summary>
    public static readonly (string Several, string One)[] Pairs = [(Ensemble, Single), ("foresights", "foresight")];

    private const double Penalty = 0.5;
    private const string Planet = "planet";
    private const string Dynamics = "algorithm: multi_step_dynamics";
    private const string EnsembleAlone = "train_multi_step_dynamics: false, ";
    private static readonly string[] Colours =
        [PlotPalette.Blue, PlotPalette.Green, PlotPalette.Vermilion, PlotPalette.Purple, PlotPalette.Sky, PlotPalette.Grey];

    private static readonly (string Name, string Label, string Latent, string Rounds, double Penalty)[] All =
    [
        (Ensemble, "ensemble over beliefs, disagreement penalty", Beliefs(), EnsembleAlone, Penalty),
        ("ensemble-free", "ensemble over beliefs", Beliefs(), EnsembleAlone, 0),
        ("heads-only", "shared-trunk ensemble, disagreement penalty",
            Beliefs("belief_ensemble: {shared_trunk: true}, "), EnsembleAlone, Penalty),
        (Single, "one network, five times the particles", Beliefs("belief_ensemble: {members: 1}, "), EnsembleAlone, 0),
        ("foresights", "latent dynamics ensemble of five, disagreement penalty",
            "algorithm: dynamics_ensemble, multi_step_dynamics: {members: 5}", "", Penalty),
        ("foresight", "multi-step dynamics", Dynamics, "", 0),
        (Planet, "PlaNet", "algorithm: planet", "", 0),
        ("value", "multi-step dynamics with a terminal value", $"{Dynamics}, value: true", "", 0),
        ("actor-seeds", "multi-step dynamics with proposals of an actor", $"{Dynamics}, actor: dreamer", "", 0),
        ("dreamer", "Dreamer's actor", "algorithm: dreamer, value: true", "", 0),
        ("world-models", "World Models' linear controller", "algorithm: world_models", "", 0),
        ("dyna", "Dyna's actor", "algorithm: dyna", "", 0),
    ];

    /// <summary>Names of all conditions.</summary>
    public static IReadOnlyList<string> Names => [.. All.Select(w => w.Name)];

    /// <summary>Planned episodes of a condition.</summary>
    public int Episodes => Rounds * EpisodesPerRound;

    /// <summary>Gradient steps of a condition on the filter's beliefs.</summary>
    public int Updates => FirstUpdates + (Rounds * UpdatesPerRound);

    /// <summary>Gradient steps of the filter.</summary>
    public int FilterUpdates => Rounds * FilterUpdatesPerRound;

    /// <summary>Conditions by their names.</summary>
    /// <exception cref="UserErrorException">There is no such condition.</exception>
    public IReadOnlyList<Condition> Choose(IReadOnlyList<string> names) => [.. names.Select(n =>
        Array.FindIndex(All, w => w.Name == n) is >= 0 and var i
            ? new Condition(n, All[i].Label, Colours[i % Colours.Length], Overlay(i))
            : throw new UserErrorException($"there is no condition '{n}'; --conditions takes {string.Join(", ", Names)}."))];

    private static string Beliefs(string more = "") => $"algorithm: belief_ensemble, {more}rollout: {{particles: 5}}";

    private string Overlay(int index)
    {
        var (name, _, latent, rounds, penalty) = All[index];
        var amount = name == Planet
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"schedule: joint, episodes: {Episodes}, updates_per_episode: {(Updates + FilterUpdates + Episodes - 1) / Episodes}")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"schedule: rounds, episodes: 0, rounds: {{{rounds}first_updates: {FirstUpdates}, count: {Rounds}, "
                + $"episodes: {EpisodesPerRound}, updates: {UpdatesPerRound}, filter_updates: {FilterUpdatesPerRound}}}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"schema: 1\nplanner: {{disagreement_penalty: {penalty}}}\nlatent: {{{latent}, {amount}, seed_episodes: {SeedEpisodes}, "
            + $"evaluate_every: {EpisodesPerRound}, evaluation_episodes: {EvaluationEpisodes}}}\n");
    }
}
