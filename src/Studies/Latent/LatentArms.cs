using System.Globalization;
using Robotics.Core.Errors;
using Robotics.Reporting.Plots;
using Robotics.Studies.Mechanism;

namespace Robotics.Studies.Latent;

/// <summary>What the suite <c>latent</c> compares: ways to imagine and to act, as settings laid over a task's. Immutable.</summary>
/// <param name="FirstUpdates">Gradient steps before the first planned episode.</param>
/// <param name="Rounds">Rounds of planned episodes.</param>
/// <param name="EpisodesPerRound">Episodes of a round.</param>
/// <param name="UpdatesPerRound">Gradient steps after it.</param>
/// <param name="FilterUpdatesPerRound">Gradient steps of the filter before these.</param>
/// <param name="EvaluationEpisodes">Episodes of an evaluation; one follows each round.</param>
/// <param name="SeedEpisodes">Random episodes to begin with, of those of the filter.</param>
internal sealed record LatentArms(int FirstUpdates, int Rounds, int EpisodesPerRound, int UpdatesPerRound, int FilterUpdatesPerRound, int EvaluationEpisodes, int SeedEpisodes)
{
    /// <summary>The arm that plans with an ensemble and pays for its disagreement.</summary>
    public const string Ensemble = "ensemble";

    /// <summary>The arm that plans with one network and as many rollouts.</summary>
    public const string Single = "single";

    /// <summary>The arms of several members whose disagreement costs, each beside the one of one member.</summary>
    public static readonly (string Several, string One)[] Pairs = [(Ensemble, Single), ("foresights", "foresight")];

    private const double Penalty = 0.5;
    private const string NoReturnPrediction = "members: 0, ";
    private const string ManyForesights = "members: 5, ";
    private static readonly string[] Colours = [PlotPalette.Blue, PlotPalette.Green, PlotPalette.Vermilion, PlotPalette.Purple, PlotPalette.Sky, PlotPalette.Grey];

    private static readonly (string Name, string Label, string Latent, string Foresight, double Penalty)[] Ways =
    [
        (Ensemble, "ensemble over beliefs, disagreement costs", "dynamics: ensemble, rollout: {particles: 5}", NoReturnPrediction, Penalty),
        ("ensemble-free", "ensemble over beliefs", "dynamics: ensemble, rollout: {particles: 5}", NoReturnPrediction, 0),
        ("heads-only", "ensemble of heads, disagreement costs", "dynamics: ensemble, ensemble: {shared_trunk: true}, rollout: {particles: 5}", NoReturnPrediction, Penalty),
        (Single, "one network, five times the particles", "dynamics: ensemble, ensemble: {members: 1}, rollout: {particles: 5}", NoReturnPrediction, 0),
        ("foresights", "five foresights, disagreement costs", "dynamics: foresights", ManyForesights, Penalty),
        ("foresight", "the filter's dynamics, trained to look ahead", "dynamics: rssm", "", 0),
        ("planet", "PlaNet: filter and dynamics go on learning", "dynamics: rssm", "", 0),
        ("value", "foresight with a terminal value", "value: true", "", 0),
        ("actor-seeds", "foresight with an actor's proposals", "actor: prior", "", 0),
        ("dreamer", "Dreamer's actor", "value: true, actor: policy", "", 0),
        ("world-models", "World Models' linear controller", "actor: policy, imagination: {method: world_models}", "", 0),
        ("dyna", "Dyna's actor", "actor: policy, imagination: {method: dyna}", "", 0),
    ];

    /// <summary>The names of all arms.</summary>
    public static IReadOnlyList<string> Names => [.. Ways.Select(w => w.Name)];

    /// <summary>Planned episodes of an arm.</summary>
    public int Episodes => Rounds * EpisodesPerRound;

    /// <summary>Gradient steps of an arm on the filter's beliefs.</summary>
    public int Updates => FirstUpdates + (Rounds * UpdatesPerRound);

    /// <summary>Gradient steps of the filter.</summary>
    public int FilterUpdates => Rounds * FilterUpdatesPerRound;

    /// <summary>Arms by their names.</summary>
    /// <exception cref="UserErrorException">There is no such arm.</exception>
    public IReadOnlyList<StudyArm> Choose(IReadOnlyList<string> names) => [.. names.Select(n =>
        Array.FindIndex(Ways, w => w.Name == n) is >= 0 and var i
            ? new StudyArm(n, Ways[i].Label, Colours[i % Colours.Length], Overlay(i))
            : throw new UserErrorException($"there is no arm '{n}'; --arms takes {string.Join(", ", Names)}."))];

    private string Overlay(int index)
    {
        var (name, _, latent, foresight, penalty) = Ways[index];
        var course = name == "planet"
            ? string.Create(CultureInfo.InvariantCulture, $"episodes: {Episodes}, updates_per_episode: {(Updates + FilterUpdates + Episodes - 1) / Episodes}, foresight: {{first_updates: 0, rounds: 0}}")
            : string.Create(CultureInfo.InvariantCulture, $"episodes: 0, foresight: {{{foresight}first_updates: {FirstUpdates}, filter_updates_per_round: {FilterUpdatesPerRound}, rounds: {Rounds}, episodes_per_round: {EpisodesPerRound}, updates_per_round: {UpdatesPerRound}}}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"schema: 1\nplanner: {{disagreement_penalty: {penalty}}}\nlatent: {{{latent}, {course}, seed_episodes: {SeedEpisodes}, evaluate_every: {EpisodesPerRound}, evaluation_episodes: {EvaluationEpisodes}}}\n");
    }
}
