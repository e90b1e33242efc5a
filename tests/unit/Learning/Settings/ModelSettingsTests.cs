using Robotics.Configuration.Binding;
using Robotics.Configuration.Yaml;
using Robotics.Inference.Dense;
using Robotics.Learning.Settings;

namespace Robotics.Tests.Unit.Learning;

public sealed class ModelSettingsTests
{
    [Fact]
    public void Bind_LibtorchInBf16_IsRefusedWithItsPlace()
    {
        var root = YamlReader.ReadText("schema: 1\nmodel:\n  rollout: {evaluator: libtorch, precision: bf16}\n", "mine.yaml");

        var error = Assert.Throws<ConfigurationException>(() => OptionsBinder.Bind<ModelSettings>(root.Find("model")!.Value));

        Assert.Equal(
            "mine.yaml:3:12: the libtorch evaluator multiplies in floats; leave out 'precision: bf16', or make 'evaluator' 'fused'.",
            error.Message);
    }

    [Fact]
    public void FusedPrecision_LibtorchInAuto_IsSingle() => Assert.Equal(
        Precision.Single, new RolloutSettings { Evaluator = RolloutEngine.Libtorch, Precision = RolloutPrecision.Auto }.FusedPrecision);
}
