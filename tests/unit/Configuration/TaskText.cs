using Robotics.Configuration.Tasks;
using Robotics.Core.Models;
using Robotics.Core.Terms;

namespace Robotics.Tests.Unit.Configuration;

/// <summary>Builds task files for <see cref="FakeModelCatalog.Arm"/> in which one thing is changed.</summary>
internal static class TaskText
{
    /// <summary>A correct task; its lines are numbered in the tests' expectations.</summary>
    public const string Good = """
        schema: 1
        name: arm
        mjcf: arm.xml
        control_rate_hz: 20
        physics_steps_per_control: 5
        horizon_steps: 100
        action:
          joints: [shoulder, elbow]
          range_from: model
        observation:
          - {name: q, joints: [shoulder, elbow]}
          - {name: qd, joints: [shoulder, elbow], quantity: velocity}
          - {name: goal, distribution: {value: [1, 0, 1]}, places: target}
          - {name: tip, site: tip}
        reward: -distance(tip, goal) - 0.1 * squared_norm(action)
        success: distance(tip, goal) < 0.05
        success_hold_seconds: 0.5
        reset:
          from: home
        """;

    public static TaskDefinition Resolve(string text, IModelCatalog? catalog = null) =>
        TaskDocument.FromText(text, "task.yaml", mjcfPath: "arm.xml").Resolve(catalog ?? FakeModelCatalog.Arm());

    /// <summary>The good task with one piece of text in the place of another.</summary>
    public static TaskDefinition ResolveWith(string old, string replacement)
    {
        Assert.Contains(old, Good, StringComparison.Ordinal);
        return Resolve(Good.Replace(old, replacement, StringComparison.Ordinal));
    }

    /// <summary>The program of an expression in the good task's terms.</summary>
    public static TermProgram Program(string expression) =>
        ResolveWith("reward: -distance(tip, goal) - 0.1 * squared_norm(action)", $"reward: \"{expression}\"").Reward;

    /// <summary>An expression's value; the observation is (q: 2, qd: 2, goal: 3), the action 2 numbers.</summary>
    public static float Value(string expression, float[]? observation = null, float[]? action = null) =>
        Program(expression).EvaluateScalar(observation ?? [0.3f, -0.4f, 1.5f, -2.5f, 1, 0, 1], action ?? [0.5f, -0.25f]);
}
