using Robotics.Core.Models;
using Robotics.Core.Spaces;
using Robotics.WorldModel.Ensembles;

namespace Robotics.Tests.Unit.WorldModel;

public class EnsembleLayoutTests
{
    private static readonly ObservationSpace Space = new(
    [
        new("x", "m", ObservationTreatment.Predict),
        new("q", "rad", ObservationTreatment.Predict, ElementEncoding.SineCosine),
        new("goal", "m", ObservationTreatment.Static),
    ]);

    [Fact]
    public void Encode_AngleAndStatic_SineCosineInputsAndWrappedChangesOfPredictedElements()
    {
        var layout = new EnsembleLayout(Space, 1);
        var (inputs, targets) = layout.Encode(new TransitionSet(1, [1f, 3.1f, 7f], [0.5f], [1.25f, -3.1f, 8f]));
        Assert.Equal([1f, MathF.Sin(3.1f), MathF.Cos(3.1f), 7f, 0.5f], inputs);
        Assert.Equal(0.25f, targets[0]);
        Assert.Equal((2 * Math.PI) - 6.2, targets[1], 1e-6);
        Assert.Equal(2, targets.Length);
    }

    [Fact]
    public void Encode_NotFinite_NamesTheElementAndTheTransition()
    {
        var layout = new EnsembleLayout(Space, 1);
        var error = Assert.Throws<TrainingFailedException>(() => layout.Encode(
            new TransitionSet(2, [0, 0, 0, 0, float.NaN, 0], [0, 0], new float[6])));
        Assert.StartsWith("The model cannot be trained: observation 'q' of transition 1 is NaN;", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Encode_ArraysLongerThanTheirRows_ReadsOnlyTheRows()
    {
        var layout = new EnsembleLayout(Space, 1);
        var padded = new float[30];
        padded[29] = float.NaN;
        Assert.Equal(10, layout.Encode(new TransitionSet(2, padded, new float[8], padded)).Inputs.Length);
    }

    [Theory]
    [InlineData(Math.PI, Math.PI)]
    [InlineData(-Math.PI, Math.PI)]
    [InlineData(3 * Math.PI, Math.PI)]
    [InlineData(7, 7 - (2 * Math.PI))]
    [InlineData(-0.5, -0.5)]
    public void Wrap_AnyAngle_IsInTheHalfOpenTurn(double angle, double expected) =>
        Assert.Equal(expected, EnsembleLayout.Wrap(angle), 1e-12);
}
