using Robotics.Configuration.Binding;
using Robotics.Configuration.Yaml;
using Robotics.Core.Errors;
using Robotics.Studies.Latent;
using Robotics.Studies.Mechanism;
using Robotics.WorldModel.Latent;

namespace Robotics.Tests.Unit.Studies;

public sealed class LatentArmsTests
{
    private static readonly LatentArms Course = new(FirstUpdates: 1000, Rounds: 8, EpisodesPerRound: 10, UpdatesPerRound: 300, FilterUpdatesPerRound: 120, EvaluationEpisodes: 10, SeedEpisodes: 400);

    [Fact]
    public void Choose_EveryArm_TakesTheSameEpisodesAndUpdates()
    {
        foreach (var arm in Course.Choose(LatentArms.Names))
        {
            var options = Options(arm);
            var (ahead, episodes) = (options.Foresight, options.Episodes);

            Assert.Equal(80, episodes + (ahead.Rounds * ahead.EpisodesPerRound));
            Assert.InRange((episodes * options.UpdatesPerEpisode) + ahead.TotalUpdates + (ahead.Rounds * ahead.FilterUpdatesPerRound), Course.Updates + Course.FilterUpdates, Course.Updates + Course.FilterUpdates + 80);
            Assert.Equal(10, options.EvaluateEvery);
            Assert.Equal(1, options.ImaginationShare);
        }
    }

    [Fact]
    public void Choose_OneNetwork_HasAsManyRolloutsAsTheEnsembleInAll()
    {
        var (ensemble, single) = (Options(Course.Choose([LatentArms.Ensemble])[0]), Options(Course.Choose([LatentArms.Single])[0]));

        Assert.Equal((5, 1), (ensemble.Ensemble.Members, single.Ensemble.Members));
        Assert.Equal(ensemble.Rollout.Particles, single.Rollout.Particles);
    }

    [Fact]
    public void Choose_AnUnknownArm_IsRefusedWithThoseThereAre() =>
        Assert.StartsWith("there is no arm 'guess'; --arms takes ensemble, ", Assert.Throws<UserErrorException>(() => Course.Choose(["guess"])).Message, StringComparison.Ordinal);

    private static LatentOptions Options(StudyArm arm) =>
        OptionsBinder.Bind<LatentOptions>(YamlReader.ReadText(arm.Overlay, arm.Name + ".yaml").Find("latent")!.Value);
}
