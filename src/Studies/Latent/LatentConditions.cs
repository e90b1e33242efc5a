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
    private const string NoMembers = "members: 0, ";
    private const string FiveMembers = "members: 5, ";
    private const string EnsembleDynamics = "dynamics: ensemble, rollout: {particles: 5}";
    private const string SharedTrunk = "dynamics: ensemble, ensemble: {shared_trunk: true}, rollout: {particles: 5}";
    private const string SingleDynamics = "dynamics: ensemble, ensemble: {members: 1}, rollout: {particles: 5}";
    private static readonly string[] Colours =
        [PlotPalette.Blue, PlotPalette.Green, PlotPalette.Vermilion, PlotPalette.Purple, PlotPalette.Sky, PlotPalette.Grey];

    private static readonly (string Name, string Label, string Latent, string MultiStep, double Penalty)[] All =
    [
        (Ensemble, "ensemble over beliefs, disagreement penalty", EnsembleDynamics, NoMembers, Penalty),
        ("ensemble-free", "ensemble over beliefs", EnsembleDynamics, NoMembers, 0),
        ("heads-only", "shared-trunk ensemble, disagreement penalty", SharedTrunk, NoMembers, Penalty),
        (Single, "one network, five times the particles", SingleDynamics, NoMembers, 0),
        ("foresights", "latent dynamics ensemble of five, disagreement penalty", "dynamics: foresights", FiveMembers, Penalty),
        ("foresight", "multi-step dynamics", "dynamics: rssm", "", 0),
        ("planet", "PlaNet", "dynamics: rssm", "", 0),
        ("value", "multi-step dynamics with a terminal value", "value: true", "", 0),
        ("actor-seeds", "multi-step dynamics with proposals of an actor", "actor: prior", "", 0),
        ("dreamer", "Dreamer's actor", "value: true, actor: policy", "", 0),
        ("world-models", "World Models' linear controller", "actor: policy, imagination: {method: world_models}", "", 0),
        ("dyna", "Dyna's actor", "actor: policy, imagination: {method: dyna}", "", 0),
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

    private string Overlay(int index)
    {
        var (name, _, latent, multiStep, penalty) = All[index];
        var updatesPerEpisode = (Updates + FilterUpdates + Episodes - 1) / Episodes;
        var schedule = name == "planet"
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"episodes: {Episodes}, updates_per_episode: {updatesPerEpisode}, foresight: {{first_updates: 0, rounds: 0}}")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"episodes: 0, foresight: {{{multiStep}first_updates: {FirstUpdates}, "
                + $"filter_updates_per_round: {FilterUpdatesPerRound}, rounds: {Rounds}, "
                + $"episodes_per_round: {EpisodesPerRound}, updates_per_round: {UpdatesPerRound}}}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"schema: 1\nplanner: {{disagreement_penalty: {penalty}}}\nlatent: {{{latent}, {schedule}, seed_episodes: {SeedEpisodes}, "
            + $"evaluate_every: {EpisodesPerRound}, evaluation_episodes: {EvaluationEpisodes}}}\n");
    }
}
