using Robotics.Configuration.Binding;
using Robotics.Configuration.Files;
using Robotics.Configuration.Yaml;
using Robotics.Core.Errors;
using Robotics.Studies.Latent;
using Robotics.Studies.Mechanism;
using Robotics.WorldModel.Latent;

namespace Robotics.Tests.Unit.Studies;

public sealed class LatentConditionsTests
{
    private static readonly LatentConditions Schedule = new(
        FirstUpdates: 1000, Rounds: 8, EpisodesPerRound: 10, UpdatesPerRound: 300, FilterUpdatesPerRound: 120, EvaluationEpisodes: 10,
        SeedEpisodes: 400);

    [Fact]
    public void Choose_EveryCondition_TakesTheSameEpisodesAndUpdates()
    {
        foreach (var condition in Schedule.Choose(LatentConditions.Names))
        {
            var options = Options(condition);
            var (rounds, episodes) = (options.Rounds, options.Episodes);

            Assert.Equal(80, episodes + (rounds.Count * rounds.Episodes));
            var updates = (episodes * options.UpdatesPerEpisode) + rounds.TotalUpdates;
            var budget = Schedule.Updates + Schedule.FilterUpdates;
            Assert.InRange(updates + (rounds.Count * rounds.FilterUpdates), budget, budget + 80);
            Assert.Equal(10, options.EvaluateEvery);
            Assert.Equal(1, options.ImaginationShare);
        }
    }

    [Theory]
    [InlineData("camera-reach")]
    [InlineData("cartpole-swingup")]
    public void Choose_EveryConditionOverAShippedTask_IsAccepted(string task)
    {
        var file = YamlReader.ReadFile(Path.Combine(RepositoryFolder.Find(), "config", "tasks", task + ".yaml"));
        foreach (var condition in Schedule.Choose(LatentConditions.Names))
        {
            var whole = file.Overlay(YamlReader.ReadText(condition.Overlay, condition.Name + ".yaml"));

            Assert.Equal(
                Options(condition).Algorithm, OptionsBinder.Bind<LatentOptions>(whole.Find("latent")!.Value).Algorithm);
        }
    }

    [Fact]
    public void Choose_OneNetwork_HasAsManyRolloutsAsTheEnsembleInAll()
    {
        var ensemble = Options(Schedule.Choose([LatentConditions.Ensemble])[0]);
        var single = Options(Schedule.Choose([LatentConditions.Single])[0]);

        Assert.Equal((5, 1), (ensemble.BeliefEnsemble.Members, single.BeliefEnsemble.Members));
        Assert.Equal(ensemble.Rollout.Particles, single.Rollout.Particles);
    }

    [Fact]
    public void Choose_AnUnknownCondition_IsRefusedWithThoseThereAre() =>
        Assert.StartsWith(
            "there is no condition 'guess'; --conditions takes ensemble, ",
            Assert.Throws<UserErrorException>(() => Schedule.Choose(["guess"])).Message, StringComparison.Ordinal);

    private static LatentOptions Options(Condition condition) =>
        OptionsBinder.Bind<LatentOptions>(YamlReader.ReadText(condition.Overlay, condition.Name + ".yaml").Find("latent")!.Value);
}
