using TorchSharp;
using static TorchSharp.torch;

namespace Robotics.Tests.Unit.Torch;

/// <summary>Gradients beyond a single backward pass.</summary>
public class AutogradTests
{
    [Fact]
    public void Grad_OfAGradient_IsTheSecondDerivative()
    {
        using var scope = NewDisposeScope();
        var x = tensor(2.0).requires_grad_();
        var first = autograd.grad([x.pow(3)], [x], create_graph: true)[0];
        Assert.Equal(12, first.ToDouble(), 1e-12);
        Assert.Equal(12, autograd.grad([first], [x])[0].ToDouble(), 1e-12);
    }

    [Fact]
    public void Grad_OfAnUnusedInput_IsNullWhereAllowed()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (tensor(2.0).requires_grad_(), tensor(3.0).requires_grad_());
        var gradients = autograd.grad([x * x], [x, y], allow_unused: true);
        Assert.Equal(4, gradients[0].ToDouble(), 1e-12);
        Assert.True(gradients[1] is null);
    }

    [Fact]
    public void NoGrad_InAScope_RecordsNothing()
    {
        using var scope = NewDisposeScope();
        var x = ones(2).requires_grad_();
        using (no_grad())
        {
            Assert.False((x * 2).requires_grad);
            using (enable_grad()) Assert.True((x * 2).requires_grad);
        }
        Assert.True(is_grad_enabled());
        using (inference_mode()) Assert.False((x * 2).requires_grad);
        Assert.False(x.detach().requires_grad);
    }

    [Fact]
    public void Backward_Twice_AccumulatesUntilZeroed()
    {
        using var scope = NewDisposeScope();
        using var module = nn.Linear(2, 1);
        var x = ones(1, 2);
        module.call(x).sum().backward();
        module.call(x).sum().backward();
        Assert.Equal([2f, 2], module.weight.grad!.data<float>().ToArray());
        module.zero_grad();
        Assert.True(module.weight.grad is null);
    }
}
