using System.ComponentModel.DataAnnotations;
using Robotics.Configuration.Binding;
using Robotics.Configuration.Yaml;
using Robotics.Core.Errors;

namespace Robotics.Tests.Unit.Configuration;

public class OptionsBinderTests
{
    public enum Shape
    {
        Round,
        NearlySquare,
    }

    public sealed record Layer
    {
        public required int Width { get; init; }

        [Range(0, 1, MaximumIsExclusive = true)]
        public double? Dropout { get; init; }
    }

    public sealed class Options : IValidatable
    {
        [Range(1, 1000)]
        public int Population { get; init; } = 400;

        public double LearningRate { get; init; } = 1e-3;

        public bool IsFast { get; init; }

        public string Name { get; init; } = "none";

        public Shape Shape { get; init; }

        [Range(0, 1)]
        public TimeSpan Delay { get; init; }

        public float[] Decay { get; init; } = [];

        public IReadOnlyList<Layer> Layers { get; init; } = [];

        public Layer? Last { get; init; }

        public void Validate()
        {
            OptionRange.Check(this);
            ArgumentOutOfRangeException.ThrowIfNegative(LearningRate);
            if (IsFast && Population > 500)
                throw new UserErrorException("fast is for small populations");
        }
    }

    [Fact]
    public void Bind_EveryKind_FillsTheProperties()
    {
        var options = OptionsBinder.Bind<Options>(Yaml(
            "population: 1e2\nlearning_rate: 0.5\nis_fast: true\nname: 'a b'\nshape: nearly_square\ndelay_ms: 20\ndecay: [0.5, "
            + "1]\nlayers: [{width: 3}, {width: 4, dropout: 0.1}]\nlast: {width: 5}"));
        Assert.Equal(100, options.Population);
        Assert.Equal(0.5, options.LearningRate);
        Assert.True(options.IsFast);
        Assert.Equal("a b", options.Name);
        Assert.Equal(Shape.NearlySquare, options.Shape);
        Assert.Equal(TimeSpan.FromMilliseconds(20), options.Delay);
        Assert.Equal([0.5f, 1f], options.Decay);
        Assert.Equal([new Layer { Width = 3 }, new Layer { Width = 4, Dropout = 0.1 }], options.Layers);
        Assert.Equal(5, options.Last!.Width);
    }

    [Fact]
    public void Bind_NoSection_GivesTheDefaults() => Assert.Equal(400, OptionsBinder.Bind<Options>(null).Population);

    [Theory]
    [InlineData("populaton: 3", "f:1:1: unknown key 'populaton'; did you mean 'population'?")]
    [InlineData(
        "xyz: 3",
        "f:1:1: unknown key 'xyz'; known: population, learning_rate, is_fast, name, shape, delay_seconds, delay_ms, decay, layers, last")]
    [InlineData("population: 1.5", "f:1:13: expected a whole number, found '1.5'")]
    [InlineData("population: '15'", "f:1:13: expected a whole number, found the text \"15\"")]
    [InlineData("population: 1e30", "f:1:13: '1e30' is too large or too small here")]
    [InlineData("is_fast: yes", "f:1:10: expected true or false, found 'yes'")]
    [InlineData("shape: nearly_sqare", "f:1:8: 'nearly_sqare' is none of round, nearly_square; did you mean 'nearly_square'?")]
    [InlineData("delay: 3", "f:1:1: unknown key 'delay'")]
    [InlineData("delay_ms: 3\ndelay_seconds: 1", "f:2:1: 'delay_seconds' repeats 'delay_ms'; give one of them")]
    [InlineData("decay: [1, two]", "f:1:12: expected a number, found 'two'")]
    [InlineData("decay: 1", "f:1:8: expected a list, found '1'")]
    [InlineData("layers:\n  - {dropout: 1}", "f:2:5: the key 'width' is missing")]
    [InlineData("name: x\npopulation: 0", "f:2:13: 'population' must be from 1 to 1000, not 0")]
    [InlineData(
        "population: 0\ndelay_ms: 3000",
        "f:1:13: 'population' must be from 1 to 1000, not 0\nf:2:11: 'delay_ms' must be from 0 to 1 s, not 3 s")]
    [InlineData("layers: [{width: 1, dropout: 1}]", "f:1:30: 'dropout' must be from 0 to 1, not 1")]
    [InlineData("learning_rate: -1", "f:1:16: 'learning_rate': LearningRate ('-1') must be a non-negative value.")]
    [InlineData("is_fast: true\npopulation: 600", "f:1:1: fast is for small populations")]
    public void Bind_WrongSection_PointsAtIt(string yaml, string expected)
    {
        var error = Assert.Throws<ConfigurationException>(() => OptionsBinder.Bind<Options>(Yaml(yaml)));
        Assert.StartsWith(expected, error.Message, StringComparison.Ordinal);
    }

    private static YamlMapping Yaml(string text) => YamlReader.ReadText(text, "f");
}
