using Robotics.Configuration.Binding;
using Robotics.Controller.Planning;
using Robotics.Core.Errors;
using Robotics.Core.Spaces;
using Robotics.Core.Terms;
using Robotics.Learning.Sessions;
using Robotics.Learning.Settings;
using Robotics.Runtime.Tasks;

namespace Robotics.Benchmarks.Planner;

/// <summary>A planning problem of a known size: spaces, networks, planner, reward. Immutable.</summary>
/// <param name="Name">The preset's name.</param>
/// <param name="Observations">The layout of the state.</param>
/// <param name="Actions">Action dimension.</param>
/// <param name="Reward">The reward of a step.</param>
/// <param name="Members">Networks in the ensemble.</param>
/// <param name="Hidden">Units of each hidden layer.</param>
/// <param name="Particles">Particles per candidate.</param>
/// <param name="Planner">Options of the planner.</param>
internal sealed record PlannerPreset(
    string Name, ObservationSpace Observations, int Actions, TermProgram Reward, int Members, int[] Hidden, int Particles,
    PlannerOptions Planner)
{
    /// <summary>The names that <see cref="Create"/> knows.</summary>
    public static readonly string[] Names = ["pets-pusher", "pets-reacher", "pets-cartpole", "icem-reacher", "reach"];

    /// <summary>Creates a preset.</summary>
    /// <exception cref="UserErrorException">The task behind it cannot be read.</exception>
    public static PlannerPreset Create(string name) => name switch
    {
        "pets-pusher" => new(name, PresetSpaces.Pusher, 7, PresetRewards.Pusher(), 5, [200, 200, 200], 20, Cem(500, 50)),
        "pets-reacher" => new(name, PresetSpaces.Reacher, 7, PresetRewards.Reacher(), 5, [200, 200, 200, 200], 20, Cem(400, 40)),
        "pets-cartpole" => new(name, PresetSpaces.CartPole, 1, PresetRewards.CartPole(), 5, [500, 500, 500], 20, Cem(400, 40)),
        "icem-reacher" => new(name, PresetSpaces.Reacher, 7, PresetRewards.Reacher(), 5, [200, 200, 200], 5, Icem()),
        _ => FromTask(name),
    };

    // Epsilon 0: every decision takes all of its iterations.
    private static PlannerOptions Cem(int population, int elites) =>
        new() { Kind = PlannerKind.Cem, Population = population, Elites = elites, Iterations = 5, Horizon = 25, Epsilon = 0 };

    // 34 + 28 + 22 new sequences, four kept elites in each of three iterations, and the mean in the last: 97.
    private static PlannerOptions Icem() =>
        new()
        {
            Kind = PlannerKind.Icem,
            Population = 34,
            Elites = 11,
            KeptElites = 0.3,
            PopulationDecay = 1.25,
            Iterations = 3,
            Horizon = 25,
        };

    private static PlannerPreset FromTask(string name)
    {
        var task = LearningSession.Resolve(new TaskRequest(name, null, null, 0, 1));
        var model = OptionsBinder.Bind<ModelSettings>(task.ModelSection);
        return new(
            name, task.Observations, task.Actions.Dimension, task.Reward, model.Ensemble.Members, model.Ensemble.Hidden,
            model.Rollout.Particles, OptionsBinder.Bind<PlannerOptions>(task.PlannerSection));
    }
}
