using Robotics.Configuration.Binding;
using Robotics.Configuration.Tasks;
using Robotics.Configuration.Yaml;
using Robotics.Inference.Latent;
using Robotics.Learning.Sessions;
using Robotics.Tests.Unit.Configuration;
using Robotics.WorldModel.Behaviour;
using Robotics.WorldModel.Latent;

namespace Robotics.Tests.Unit.WorldModel;

public sealed class LatentOptionsTests
{
    [Theory]
    [InlineData("planet", LatentDynamics.Rssm, 0, null, LatentActorUse.None)]
    [InlineData("multi_step_dynamics", LatentDynamics.Rssm, 2, null, LatentActorUse.None)]
    [InlineData("dynamics_ensemble", LatentDynamics.Foresights, 2, null, LatentActorUse.None)]
    [InlineData("belief_ensemble", LatentDynamics.Ensemble, 2, null, LatentActorUse.None)]
    [InlineData("dreamer", LatentDynamics.Rssm, 2, BehaviourMethod.Dreamer, LatentActorUse.Policy)]
    [InlineData("dyna", LatentDynamics.Rssm, 2, BehaviourMethod.Dyna, LatentActorUse.Policy)]
    [InlineData("world_models", LatentDynamics.Rssm, 2, BehaviourMethod.WorldModels, LatentActorUse.Policy)]
    public void Models_EachAlgorithm_AreItsOwn(
        string name, LatentDynamics dynamics, int members, BehaviourMethod? behaviour, LatentActorUse actor)
    {
        var section = members == 0 ? "" : ", multi_step_dynamics: {members: 2}";
        var options = Bind($"{{algorithm: {name}, schedule: rounds{section}}}");

        Assert.Equal(new LatentModels(dynamics, members, behaviour, actor), options.Models);
        Assert.Equal((dynamics, actor), (options.Use.Dynamics, options.Use.Actor));
    }

    [Fact]
    public void Models_EveryAlgorithmOfTheEnumeration_AreKnown() =>
        Assert.All(Enum.GetValues<LatentAlgorithm>(), a => Assert.NotNull(new LatentOptions { Algorithm = a }.Models));

    [Theory]
    [InlineData("{algorithm: planet, actor: dyna}", BehaviourMethod.Dyna, LatentActorUse.Prior)]
    [InlineData("{algorithm: belief_ensemble, actor: world_models}", BehaviourMethod.WorldModels, LatentActorUse.Prior)]
    [InlineData("{algorithm: planet, value: true}", BehaviourMethod.Dreamer, LatentActorUse.None)]
    public void Models_PlannerWithValueOrActor_TrainsTheirMethod(string latent, BehaviourMethod method, LatentActorUse actor)
    {
        var models = Bind(latent).Models;

        Assert.Equal((method, actor, 0), (models.Behaviour, models.Actor, models.MultiStepMembers));
    }

    [Fact]
    public void Models_RoundsWithoutMultiStepDynamics_HaveNone()
    {
        var options = Bind("{algorithm: dreamer, schedule: rounds, rounds: {train_multi_step_dynamics: false}}");

        Assert.False(options.Models.HasMultiStepDynamics);
    }

    [Theory]
    [InlineData("{rounds: {count: 3}}", "2:10: 'rounds' has no effect: 'schedule: joint' has no rounds")]
    [InlineData("{multi_step_dynamics: {steps: 3}}", "2:10: 'multi_step_dynamics' has no effect: nothing is trained on the beliefs")]
    [InlineData("{algorithm: dreamer, belief_ensemble: {}}", "2:30: 'belief_ensemble' has no effect: only 'algorithm: belief_ensemble'")]
    [InlineData("{rollout: {particles: 3}}", "2:10: 'rollout' has no effect: only 'algorithm: belief_ensemble'")]
    [InlineData("{behaviour: {horizon: 3}}", "2:10: 'behaviour' has no effect: neither value nor actor is trained")]
    [InlineData("{algorithm: dyna, actor: dyna}", "2:27: 'actor' has no effect: the algorithm's own actor acts")]
    [InlineData(
        "{schedule: rounds, rounds: {train_multi_step_dynamics: true}}",
        "2:37: 'train_multi_step_dynamics' has no effect: the algorithm settles it")]
    [InlineData("{algorithm: multi_step_dynamics}", "2:9: multi-step dynamics are trained in rounds: add 'schedule: rounds'")]
    [InlineData("{algorithm: dynamics_ensemble}", "2:9: multi-step dynamics are trained in rounds: add 'schedule: rounds'")]
    [InlineData("{algorithm: dynamics_ensemble, schedule: rounds}", "2:9: 'algorithm: dynamics_ensemble' needs at least two members")]
    [InlineData("{algorithm: dyna, value: true}", "2:9: only Dreamer trains a value of beliefs")]
    [InlineData("{algorithm: dreamr}", "2:21: 'dreamr' is none of planet, multi_step_dynamics")]
    public void Bind_WithoutEffectOrImpossible_IsRefusedAtItsPlace(string latent, string expected) => Assert.StartsWith(
        $"f.yaml:{expected}", Assert.Throws<ConfigurationException>(() => Bind(latent)).Message, StringComparison.Ordinal);

    /// <summary>Settings may choose another algorithm than their task, whose sections then rest; their own must have an effect.</summary>
    [Fact]
    public void Bind_SettingsThatChooseAnotherAlgorithm_LeaveTheTasksSectionsAlone()
    {
        const string Task = "{algorithm: multi_step_dynamics, schedule: rounds, rounds: {count: 3}, multi_step_dynamics: {steps: 5}}";

        Assert.Equal(LatentAlgorithm.Planet, Resolve(Task, "{algorithm: planet, schedule: joint}").Algorithm);
        Assert.Equal(5, Resolve(Task, "{algorithm: dreamer}").MultiStepDynamics.Steps);
        Assert.StartsWith(
            "overlay:2:46: 'rounds' has no effect",
            Assert.Throws<ConfigurationException>(() => Resolve(Task, "{algorithm: planet, schedule: joint, rounds: {count: 4}}")).Message,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "overlay:2:10: 'rounds' has no effect",
            Assert.Throws<ConfigurationException>(() => Resolve("{algorithm: planet}", "{rounds: {count: 4}}")).Message,
            StringComparison.Ordinal);
    }

    private static LatentOptions Bind(string latent) =>
        OptionsBinder.Bind<LatentOptions>(YamlReader.ReadText($"schema: 1\nlatent: {latent}", "f.yaml").Find("latent")!.Value);

    private static LatentOptions Resolve(string task, string settings) => OptionsBinder.Bind<LatentOptions>(TaskDocument.FromText(
        $"{TaskText.Good}\nlatent: {task}\n", "task.yaml", $"schema: 1\nlatent: {settings}", "arm.xml", LearningSession.Sections)
        .Resolve(FakeModelCatalog.Arm()).LatentSection);
}
