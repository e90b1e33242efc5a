using Robotics.SequenceModels.Layers;
using static TorchSharp.torch;

namespace Robotics.Tests.Unit.SequenceModels;

public class DiagonalGaussianTests
{
    [Fact]
    public void DivergenceFrom_TwoGaussians_IsTheClosedForm()
    {
        using var scope = NewDisposeScope();
        var q = new DiagonalGaussian(tensor([1f, -2f]), tensor([0.5f, 2f]));
        var p = new DiagonalGaussian(tensor([0f, -1f]), tensor([1f, 1.5f]));
        var expected = (Math.Log(1 / 0.5) + ((0.25 + 1) / 2) - 0.5) + (Math.Log(1.5 / 2) + ((4 + 1) / 4.5) - 0.5);
        Assert.Equal(expected, q.KlFrom(p).item<float>(), 5);
        Assert.Equal(0f, q.KlFrom(q).item<float>());
    }

    [Fact]
    public void Multiply_OneExpertOfTwo_AddsPrecisionsOfWhatIsThere()
    {
        using var scope = NewDisposeScope();
        var prior = new DiagonalGaussian(tensor([1f]), tensor([2f]));
        DiagonalGaussian[] experts = [new(tensor([3f]), tensor([1f])), new(tensor([100f]), tensor([0.1f]))];
        var product = prior.Multiply(experts, [ones(1), zeros(1)]);
        var precision = 0.25 + 1;
        Assert.Equal(((1 * 0.25) + (3 * 1)) / precision, product.Mean.item<float>(), 5);
        Assert.Equal(Math.Sqrt(1 / precision), product.Std.item<float>(), 5);
    }

    [Fact]
    public void Multiply_NothingThere_IsThePriorBitForBit()
    {
        using var scope = NewDisposeScope();
        var prior = new DiagonalGaussian(randn(100), rand(100) + 0.1);
        var product = prior.Multiply([new DiagonalGaussian(randn(100), rand(100) + 0.1)], [zeros(100)]);
        Assert.Equal(prior.Mean.bytes.ToArray(), product.Mean.bytes.ToArray());
        Assert.Equal(prior.Std.bytes.ToArray(), product.Std.bytes.ToArray());
        Assert.Equal(0f, product.KlFrom(prior).item<float>());
    }
}
