using System.Text.Json.Nodes;
using Robotics.Configuration.Binding;
using Robotics.Configuration.Yaml;
using Robotics.Learning.Runs;
using Robotics.WorldModel.Latent;

namespace Robotics.Tests.Unit.Learning;

/// <summary>Runs of <c>train latent</c> begun before algorithms had names go on, and only with what they were begun with.</summary>
public class LatentSettingsTests
{
    /// <summary>From the <c>settings.json</c> of such a run: two members in rounds, as <see cref="Yaml"/> says it by now.</summary>
    private const string Kept = """
        {"SeedEpisodes":null,"SeedUpdates":null,"Episodes":100,"UpdatesPerEpisode":1,"ExplorationDeviation":0.3,
        "Collecting":{"InitialSigma":0.5,"DisagreementPenalty":null},"PlannedShare":0.5,"EvaluateEvery":20,
        "EvaluationEpisodes":10,"RewardDeviation":0.03,"Dynamics":"Rssm","Value":false,"Actor":"None",
        "Ensemble":{"Members":5,"Hidden":[200,200],"RewardHidden":[200,200],"SharedTrunk":false,"LearningRate":0.001,
        "WeightDecay":1e-05,"OpenLoopSteps":5,"OpenLoopWeight":1,"RewardWeight":100,"NllBeta":0.5,
        "MaximumGradientNorm":100},
        "Rollout":{"Propagation":"TSInfinity","Particles":5,"Sampled":true,"SharedNoise":false,"CommonRandomNumbers":false,
        "Disagreement":"Return"},
        "Imagination":{"Method":"Dreamer","Hidden":[200,200],"Horizon":15,"Starts":128,"Discount":0.97,"Lambda":0.95,
        "ActorLearningRate":0.0003,"ValueLearningRate":0.0003,"TargetShare":0.02,"Entropy":0.0003,"MinimumDeviation":0.1,
        "MaximumGradientNorm":100},"ImaginationShare":1,"ImaginationUpdates":0,
        "Training":{"BatchSize":2,"Length":5,"LearningRate":0.0005,"DecayAfter":0,"DecayUpdates":0,"Epsilon":0.0001,
        "MaximumGradientNorm":100000,"Beta":1,"FreeNats":1,"Balance":0.8,"OvershootingDistance":1,"OvershootingBeta":1,
        "PictureWeight":0.08,"Pictures":{"Updates":0,"BatchSize":128,"LearningRate":0.002,"Beta":1,"Code":32},
        "Dropout":{"Whole":0.05,"Start":0.03,"MeanGap":6}},
        "Foresight":{"FirstUpdates":0,"Rounds":0,"EpisodesPerRound":1,"UpdatesPerRound":2,"FilterUpdatesPerRound":1,
        "CollectBeside":true,"FinalUpdates":0,"RewardHidden":0,"BatchSize":4,"Steps":3,"LearningRate":0.001,
        "RewardDeviation":0.02,"Consistency":1,"PlannedShare":0.7,"Members":1}}
        """;

    private const string Yaml = """
        latent:
          algorithm: dynamics_ensemble
          schedule: rounds
          training: {batch_size: 2, length: 5, learning_rate: 0.0005, balance: 0.8, maximum_gradient_norm: 100000, picture_weight: 0.08}
          reward_deviation: 0.03
          episodes: 7
          updates_per_episode: 1
          planned_share: 0.5
          collecting: {initial_sigma: 0.5}
          rounds: {first_updates: 9, count: 8, episodes: 1, updates: 2, filter_updates: 1, collect_concurrently: true, final_updates: 2}
          multi_step_dynamics: {members: 2, batch_size: 4, steps: 3}
        """;

    [Theory]
    [InlineData("first_updates: 9", "first_updates: 10", null)]
    [InlineData("members: 2", "members: 3", null)]
    [InlineData("dynamics_ensemble", "multi_step_dynamics", null)]
    [InlineData("episodes: 1,", "episodes: 2,", "Foresight.EpisodesPerRound")]
    [InlineData(" updates: 2", " updates: 3", "Foresight.UpdatesPerRound")]
    [InlineData("filter_updates: 1", "filter_updates: 0", "Foresight.FilterUpdatesPerRound")]
    [InlineData("collect_concurrently: true", "collect_concurrently: false", "Foresight.CollectBeside")]
    [InlineData("steps: 3", "steps: 4", "Foresight.Steps")]
    [InlineData("length: 5", "length: 6", "Training.Length")]
    [InlineData("planned_share: 0.5", "planned_share: 0.6", "PlannedShare")]
    public void FromLatent_RunBegunBefore_DiffersOnlyWhereItsSettingsDo(string from, string to, string? expected)
    {
        Assert.Contains(from, Yaml, StringComparison.Ordinal);
        var options = Bind(Yaml.Replace(from, to, StringComparison.Ordinal));

        Assert.Null(Difference(Bind(Yaml)));
        Assert.Equal(expected, Difference(options)?.Name);
    }

    private static SettingsDifference? Difference(LatentOptions options) =>
        RunSettings.FirstDifference(JsonNode.Parse(Kept), RunSettings.FromLatent(options), null);

    private static LatentOptions Bind(string yaml) =>
        OptionsBinder.Bind<LatentOptions>(YamlReader.ReadText(yaml, "f.yaml").Find("latent")!.Value);
}
