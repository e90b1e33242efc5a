using Robotics.Configuration.Pipelines;
using Robotics.Configuration.Yaml;

namespace Robotics.Tests.Unit.Configuration;

public sealed class PipelineDocumentTests
{
    private const string Whole = """
        schema: 1
        name: see-and-reach
        task: reach
        streams:
          joints: {terms: [q, qd]}
          eye: {camera: front}
        estimator: {checkpoint: weights/eye}
        planner: {kind: icem, horizon: 12}
        rates: {control_hz: 20, servo_hz: 100}
        """;

    [Fact]
    public void FromText_AWholePipeline_KeepsEveryPartWithItsPlace()
    {
        var pipeline = PipelineDocument.FromText(Whole, "/robots/eye.yaml");

        Assert.Equal(("see-and-reach", "reach", "/robots/weights/eye"), (pipeline.Name, pipeline.Task.Value, pipeline.Checkpoint.Value));
        Assert.Equal("/robots/eye.yaml:7:25", pipeline.Checkpoint.At.ToString());
        Assert.Equal(["q", "qd"], pipeline.Streams[0].Terms.Select(t => t.Value));
        Assert.Equal(("eye", "front"), (pipeline.Streams[1].Name.Value, pipeline.Streams[1].Camera!.Value.Value));
        Assert.Equal((20, 100), (pipeline.ControlRateHz.Value, pipeline.ServoRateHz.Value));
        Assert.Equal(("rssm", "none"), (pipeline.Model.Value, pipeline.Prior.Value));
        Assert.Equal("planner", Assert.Single(pipeline.Overlay.Entries).Key.Text);
    }

    [Fact]
    public void FromText_ModelAndPriorThatWereLearned_AreKept()
    {
        var pipeline = PipelineDocument.FromText(Whole + "\nmodel: {kind: ensemble, value: true}\nprior: {kind: actor}", "eye.yaml");

        Assert.Equal(("ensemble", true, "actor"), (pipeline.Model.Value, pipeline.ModelValue, pipeline.Prior.Value));
    }

    [Fact]
    public void FromText_KalmanFilter_KeepsItsOptionsAndItsModel()
    {
        var text = Whole.Replace("{checkpoint: weights/eye}", "{kind: kalman, position_noise_sd: 0.02}", StringComparison.Ordinal)
            + "\nmodel: {kind: ensemble, checkpoint: runs/reach}";

        var pipeline = PipelineDocument.FromText(text, "/robots/eye.yaml");

        Assert.Equal(new KalmanOptions { PositionNoiseSd = 0.02 }, pipeline.Kalman!.Value.Value);
        Assert.Equal("/robots/eye.yaml:7:19", pipeline.Kalman!.Value.At.ToString());
        Assert.Equal(("ensemble", "/robots/runs/reach"), (pipeline.Model.Value, pipeline.ModelCheckpoint!.Value.Value));
    }

    [Theory]
    [InlineData("schema: 1", "schema: 2", "eye.yaml:1:9: this version reads 'schema: 1', not '2'")]
    [InlineData("task: reach\n", "", "the key 'task' is missing")]
    [InlineData("rates: {control_hz: 20, servo_hz: 100}", "", "the key 'rates' is missing")]
    [InlineData(
        "servo_hz: 100", "servo_hz: 10",
        "eye.yaml:9:35: the servo's 10 Hz are below the 20 Hz of control; give 'servo_hz' at least as much")]
    [InlineData("planner: {", "plannr: {", "eye.yaml:8:1: unknown key 'plannr'")]
    [InlineData(
        "{camera: front}", "{camera: front, terms: [q]}",
        "eye.yaml:6:8: give either 'terms', a list of observed terms, or 'camera', a camera of the task")]
    [InlineData(
        "planner: {kind: icem, horizon: 12}", "model: {kind: ensemble, value: maybe}",
        "eye.yaml:8:32: expected true or false, found 'maybe'")]
    [InlineData("{checkpoint: weights/eye}", "{}", "the key 'checkpoint' is missing")]
    [InlineData(
        "{checkpoint: weights/eye}", "{kind: particle}",
        "eye.yaml:7:19: unknown estimator 'particle'; known: kalman; leave 'kind' out for a learned one")]
    [InlineData("{checkpoint: weights/eye}", "{kind: kalman, checkpoint: weights/eye}", "eye.yaml:7:27: unknown key 'checkpoint'")]
    [InlineData(
        "{checkpoint: weights/eye}", "{kind: kalman, position_noise_sd: 0}",
        "eye.yaml:7:46: 'position_noise_sd' must be from 1E-09 to 1000, not 0")]
    public void FromText_SomethingWrong_IsToldWithItsPlace(string from, string to, string expected)
    {
        var error = Assert.Throws<ConfigurationException>(
            () => PipelineDocument.FromText(Whole.Replace(from, to, StringComparison.Ordinal), "eye.yaml"));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }
}
