using Robotics.Configuration.Pipelines;
using Robotics.Configuration.Tasks;
using Robotics.Configuration.Yaml;
using Robotics.Core.Streams;
using Robotics.Drivers.Simulation.Mujoco;
using Robotics.Drivers.Simulation.World;
using Robotics.Inference.Formats;
using Robotics.Runtime.Pipelines;

namespace Robotics.Tests.Sim.Runtime;

/// <summary>Pipelines whose parts do not fit each other, on the shipped task.</summary>
public sealed class PipelineFitTests
{
    private const string Whole = """
        schema: 1
        name: see
        task: camera-reach
        streams:
          joints: {terms: [q]}
          front: {camera: front}
        estimator: {checkpoint: weights}
        model: {kind: rssm}
        prior: {kind: none}
        rates: {control_hz: 20}
        """;

    private static readonly TaskDefinition Task = Resolve();
    private static readonly ImageFormat Picture = new(64, 64, 3);
    private static readonly string[] Joints = [.. Task.Observations.Elements.Select(e => e.Name).Where(
        n => n.StartsWith("q.", StringComparison.Ordinal))];
    private static readonly SequenceLayout Layout = new(
        [new SequenceModality("joints", Joints, null), new SequenceModality("front", [], Picture)], Task.Actions.Dimension, 0.05,
        Task.Actions.Hash);

    [Fact]
    public void Require_PartsThatFit_SaysNothing() => Require(Whole, Layout);

    [Theory]
    [InlineData("kind: rssm", "kind: tdmpc", "p.yaml:8:15: unknown model 'tdmpc'; known: rssm, ensemble, foresights")]
    [InlineData("kind: none", "kind: cvae", "p.yaml:9:15: unknown prior 'cvae'; known: none, actor, policy")]
    [InlineData("control_hz: 20", "control_hz: 25", "p.yaml:10:21: the checkpoint was trained at 20 Hz, not at 25 Hz; give its rate")]
    [InlineData(
        "  front: {camera: front}\n", "",
        "p.yaml:5:3: no stream feeds 'front', which the checkpoint's estimator takes in; add it under 'streams'")]
    [InlineData(
        "  front: {camera: front}", "  front: {camera: front}\n  wrist: {camera: front}",
        "p.yaml:7:3: the checkpoint's estimator takes in nothing called 'wrist'; it takes in joints, front")]
    [InlineData("camera: front", "camera: wrist", "p.yaml:6:19: task 'camera-reach' has no camera 'wrist'; it has front")]
    [InlineData(
        "{camera: front}", "{terms: [q]}",
        "p.yaml:6:3: the checkpoint's estimator looks at 'front' through a camera, not at terms; give 'camera'")]
    [InlineData(
        "{terms: [q]}", "{camera: front}",
        "p.yaml:5:20: the checkpoint's estimator reads 'joints' from terms, not through a camera; give 'terms'")]
    [InlineData(
        "[q]", "[q, qd]",
        "p.yaml:5:20: these terms are 14 numbers, but the checkpoint's estimator takes 7 as 'joints'; name the terms it was trained with")]
    [InlineData("[q]", "[force]", "p.yaml:5:20: task 'camera-reach' observes no 'force'; it observes q, qd, goal")]
    [InlineData("[q]", "[qd]", "p.yaml:5:20: the checkpoint's estimator takes q.joint1")]
    public void Require_AFileThatDoesNotFit_IsRefusedAtItsPlace(string from, string to, string expected) =>
        Assert.Contains(expected, Refusal(Whole.Replace(from, to, StringComparison.Ordinal), Layout), StringComparison.Ordinal);

    [Fact]
    public void Require_ACheckpointOfSomethingElse_IsRefusedAtItsPlace()
    {
        var wide = Layout with { Modalities = [Layout.Modalities[0], new SequenceModality("front", [], new ImageFormat(128, 64, 3))] };

        Assert.Contains(
            "p.yaml:7:25: the checkpoint commands 3 numbers, but the robot of task 'camera-reach' takes 7; name a checkpoint of this robot",
            Refusal(Whole, Layout with { ActionDimension = 3 }), StringComparison.Ordinal);
        Assert.Contains(
            "p.yaml:7:25: the checkpoint was trained with other actions", Refusal(Whole, Layout with { ActionHash = "other" }),
            StringComparison.Ordinal);
        Assert.Contains(
            "p.yaml:7:25: the checkpoint was trained on task 'push' with other observations, rates or reward",
            Refusal(Whole, Layout, ("task", "push"), ("task_hash", "other")), StringComparison.Ordinal);
        Assert.Contains(
            "p.yaml:10:21: the checkpoint was trained at 50 Hz, not at 20 Hz; give its rate",
            Refusal(Whole, Layout with { PeriodSeconds = 0.02 }), StringComparison.Ordinal);
        Assert.Contains(
            "p.yaml:6:19: camera 'front' gives images of 64×64, but the checkpoint's estimator takes 128×64", Refusal(Whole, wide),
            StringComparison.Ordinal);
    }

    private static string Refusal(string text, SequenceLayout layout, params (string Key, string Value)[] notes) =>
        Assert.Throws<ConfigurationException>(() => Require(text, layout, notes)).Message;

    private static void Require(string text, SequenceLayout layout, params (string Key, string Value)[] notes) =>
        PipelineFit.Require(PipelineDocument.FromText(text, "p.yaml"), Task, layout, notes.ToDictionary(n => n.Key, n => n.Value));

    private static TaskDefinition Resolve()
    {
        var document = TaskDocument.Load(TestModels.Shipped(Path.Combine("..", "tasks", "camera-reach.yaml")));
        using var model = MujocoModel.Load(document.ModelPath);
        return document.Resolve(new MujocoModelCatalog(model));
    }
}
