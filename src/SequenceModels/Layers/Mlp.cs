using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Robotics.SequenceModels.Layers;

/// <summary>One hidden layer with SiLU: y = W₂·silu(W₁·x + b₁) + b₂. Keys: <c>input.*</c>, <c>output.*</c>. Not thread-safe.</summary>
public sealed class Mlp : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "input")]
    private readonly Linear _input;

    [ComponentName(Name = "output")]
    private readonly Linear _output;

    /// <summary>Creates the layers.</summary>
    public Mlp(int inputs, int hidden, int outputs)
        : base(nameof(Mlp))
    {
        _input = nn.Linear(inputs, hidden);
        _output = nn.Linear(hidden, outputs);
        RegisterComponents();
    }

    /// <summary>The first layer.</summary>
    public Linear Input => _input;

    /// <summary>The second layer.</summary>
    public Linear Output => _output;

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => _output.forward(nn.functional.silu(_input.forward(input)));
}
