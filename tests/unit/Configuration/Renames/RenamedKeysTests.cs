using System.Text.Json;
using Robotics.Configuration.Binding;
using Robotics.Configuration.Tasks;
using Robotics.Configuration.Yaml;
using Robotics.Learning.Sessions;
using Robotics.WorldModel.Latent;

namespace Robotics.Tests.Unit.Configuration;

/// <summary>Keys of version 0.1 are read as those that took their place, with one warning each.</summary>
public sealed class RenamedKeysTests
{
    /// <summary>The remedy of each warning, written down, gives the same training without a warning.</summary>
    [Theory]
    [InlineData("{}", "{}")]
    [InlineData("{foresight: {first_updates: 0, rounds: 3}}", "{algorithm: planet, schedule: joint}", true)]
    [InlineData(
        "{foresight: {first_updates: 9, rounds: 3, episodes_per_round: 5, updates_per_round: 7, filter_updates_per_round: 2, "
        + "collect_beside: true, final_updates: 4, steps: 6, members: 2}}",
        "{algorithm: multi_step_dynamics, schedule: rounds, rounds: {first_updates: 9, count: 3, episodes: 5, updates: 7, "
        + "filter_updates: 2, collect_concurrently: true, final_updates: 4}, multi_step_dynamics: {steps: 6, members: 2}}")]
    [InlineData(
        "{foresight: {first_updates: 9, members: 0}, value: true}",
        "{algorithm: planet, schedule: rounds, rounds: {first_updates: 9}, value: true}")]
    [InlineData(
        "{dynamics: foresights, foresight: {first_updates: 9, members: 3}}",
        "{algorithm: dynamics_ensemble, schedule: rounds, rounds: {first_updates: 9}, multi_step_dynamics: {members: 3}}")]
    [InlineData(
        "{dynamics: ensemble, ensemble: {members: 1}, rollout: {particles: 4}}",
        "{algorithm: belief_ensemble, belief_ensemble: {members: 1}, rollout: {particles: 4}}")]
    [InlineData(
        "{dynamics: ensemble, foresight: {first_updates: 9, members: 0}}",
        "{algorithm: belief_ensemble, schedule: rounds, rounds: {first_updates: 9, train_multi_step_dynamics: false}}")]
    [InlineData("{dynamics: rssm, actor: none}", "{algorithm: planet, actor: none}")]
    [InlineData(
        "{actor: prior, imagination: {method: dyna, horizon: 3}}", "{algorithm: planet, actor: dyna, behaviour: {horizon: 3}}")]
    [InlineData("{dynamics: ensemble, actor: policy}", "{algorithm: dreamer}")]
    [InlineData("{actor: policy, value: true}", "{algorithm: dreamer, value: true}")]
    [InlineData(
        "{actor: policy, imagination: {method: world_models}, foresight: {first_updates: 9}}",
        "{algorithm: world_models, schedule: rounds, rounds: {first_updates: 9}}")]
    [InlineData(
        "{actor: policy, imagination: {method: dyna, hidden: [8]}, foresight: {first_updates: 9, members: 0}}",
        "{algorithm: dyna, schedule: rounds, rounds: {first_updates: 9, train_multi_step_dynamics: false}, behaviour: {hidden: [8]}}")]
    public void Resolve_OldSpelling_IsTheNewOne(string old, string now, bool hasUnusedRounds = false)
    {
        var (task, expected) = (Resolve(old), Resolve(now));

        Assert.Empty(expected.Warnings);
        Assert.Equal(old == "{}", task.Warnings.Count == 0);
        var options = Options(task);
        Assert.Equal(
            JsonSerializer.Serialize(Options(expected)),
            JsonSerializer.Serialize(!hasUnusedRounds ? options : options with { Rounds = new RoundsOptions() }));
    }

    [Fact]
    public void Resolve_EachOldKey_WarnsOnceWithItsPlaceAndTheNewKey()
    {
        var task = Resolve(
            "\n  actor: prior\n  imagination: {method: dyna}\n  dynamics: ensemble\n"
            + "  foresight: {first_updates: 9, rounds: 3, members: 0, steps: 5}");

        Assert.Equal(
            [
                "21:3: 'latent.actor: prior' is now 'latent.actor: dyna'",
                "22:17: 'latent.imagination.method' is now 'latent.actor: dyna'",
                "23:3: 'latent.dynamics: ensemble' is now 'latent.algorithm: belief_ensemble'",
                "24:15: 'latent.foresight.first_updates' is now 'latent.rounds.first_updates' with 'latent.schedule: rounds' and "
                + "'latent.algorithm: belief_ensemble'",
                "24:33: 'latent.foresight.rounds' is now 'latent.rounds.count'",
                "24:3: 'latent.foresight' is now 'latent.multi_step_dynamics'",
                "24:44: 'latent.foresight.members' is now 'latent.rounds.train_multi_step_dynamics: false'",
            ],
            task.Warnings.Select(w => w.Split("task.yaml:")[1].Split(';')[0]).OrderBy(w => w, StringComparer.Ordinal));
        Assert.All(task.Warnings, w => Assert.EndsWith("; version 0.2 is the last to read the old key", w, StringComparison.Ordinal));
    }

    /// <summary>Of an old and a new key the one in the settings counts, as of two equal ones.</summary>
    [Theory]
    [InlineData("{algorithm: multi_step_dynamics, schedule: rounds}", "{foresight: {first_updates: 0, rounds: 0}}", "Planet Joint")]
    [InlineData("{algorithm: multi_step_dynamics, schedule: rounds}", "{foresight: {rounds: 7}}", "MultiStepDynamics Rounds")]
    [InlineData("{algorithm: multi_step_dynamics, schedule: rounds}", "{foresight: {members: 0}}", "Planet Rounds")]
    [InlineData("{algorithm: multi_step_dynamics, schedule: rounds}", "{dynamics: ensemble}", "BeliefEnsemble Rounds")]
    [InlineData("{algorithm: multi_step_dynamics, schedule: rounds}", "{actor: policy}", "Dreamer Rounds")]
    [InlineData("{algorithm: dreamer}", "{imagination: {method: dyna}}", "Dyna Joint")]
    [InlineData("{foresight: {first_updates: 9}}", "{algorithm: planet, schedule: joint}", "Planet Joint")]
    [InlineData("{foresight: {first_updates: 9, members: 0}}", "{algorithm: dreamer}", "Dreamer Rounds")]
    [InlineData("{dynamics: ensemble, foresight: {first_updates: 9}}", "{schedule: joint}", "BeliefEnsemble Joint")]
    [InlineData("{dynamics: ensemble}", "{actor: policy, imagination: {method: dyna}}", "Dyna Joint")]
    [InlineData("{imagination: {method: dyna}}", "{actor: policy}", "Dyna Joint")]
    public void Resolve_SettingsLaidOverInTheOtherSpelling_Count(string task, string settings, string expected)
    {
        var options = Options(Resolve(task, settings));

        Assert.Equal(expected, $"{options.Algorithm} {options.Schedule}");
    }

    [Theory]
    [InlineData(
        "{foresight: {rounds: 3}, rounds: {count: 2}}",
        "task.yaml:20:22: 'latent.foresight.rounds' is the old name of 'latent.rounds.count', which is given too; give one of them")]
    [InlineData(
        "{imagination: {}, behaviour: {}}",
        "task.yaml:20:10: 'latent.imagination' is the old name of 'latent.behaviour', which is given too; give one of them")]
    [InlineData("{foresight: {rounds: many}}", "task.yaml:20:30: expected a whole number, found 'many'")]
    [InlineData("{foresight: {wrong: 1}}", "task.yaml:20:22: unknown key 'wrong'")]
    [InlineData("{dynamics: guess}", "task.yaml:20:10: 'guess' is none of planet, multi_step_dynamics")]
    [InlineData("{foresight: 3}", "task.yaml:20:21: expected a mapping of keys to values, found '3'")]
    public void Resolve_MistakeInAnOldKey_IsRefusedAtItsPlace(string latent, string expected)
    {
        var error = Assert.Throws<ConfigurationException>(() => Resolve(latent));

        Assert.StartsWith(expected, error.Message, StringComparison.Ordinal);
    }

    private static TaskDefinition Resolve(string latent, string? settings = null) => TaskDocument.FromText(
        $"{TaskText.Good}\nlatent: {latent}\n", "task.yaml", settings is null ? null : $"schema: 1\nlatent: {settings}", "arm.xml",
        LearningSession.Sections).Resolve(FakeModelCatalog.Arm());

    private static LatentOptions Options(TaskDefinition task) => OptionsBinder.Bind<LatentOptions>(task.LatentSection);
}
