using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Robotics.StateEstimation;

/// <summary>
/// Features to a picture by the same small network at every place, which is told where it is: the spatial broadcast decoder (Watters
/// et al. 2019). What it learns of a small thing at one place holds at all places, where a dense layer has to learn each of them. It
/// differs in that it works on a grid of half the picture's side, in that a place's network sees no neighbours, and in that one
/// transposed convolution of 4×4 doubles the side. Not thread-safe.
/// </summary>
public sealed class BroadcastLayers : nn.Module<Tensor, Tensor>
{
    // In the unit of the coordinates a small thing is about one wide.
    private const double Reach = 4;

    [ComponentName(Name = "features")]
    private readonly Linear _features;

    [ComponentName(Name = "place")]
    private readonly Linear _place;

    [ComponentName(Name = "middle")]
    private readonly Linear _middle;

    [ComponentName(Name = "output")]
    private readonly ConvTranspose2d _output;

    private readonly int _grid;

    /// <summary>Makes the layers.</summary>
    /// <param name="features">Numbers in the features.</param>
    /// <param name="channels">Channels of the picture.</param>
    /// <param name="side">Pixels a side of the picture, even.</param>
    /// <param name="hidden">Units at a place.</param>
    public BroadcastLayers(int features, int channels, int side, int hidden)
        : base(nameof(BroadcastLayers))
    {
        _grid = side / 2;
        _features = nn.Linear(features, hidden);
        _place = nn.Linear(2, hidden, hasBias: false);
        _middle = nn.Linear(hidden, hidden);
        _output = nn.ConvTranspose2d(hidden, channels, 4L, stride: 2L, padding: 1L);
        RegisterComponents();
    }

    /// <param name="input">[N × features].</param>
    /// <returns>[N × channel × side × side].</returns>
    public override Tensor forward(Tensor input)
    {
        var places = _place.forward(Places(input.device));
        var hidden = nn.functional.silu(_features.forward(input).unsqueeze(1) + places);
        hidden = nn.functional.silu(_middle.forward(hidden));
        return _output.forward(hidden.transpose(1, 2).reshape(input.shape[0], -1, _grid, _grid));
    }

    /// <summary>[grid² × 2]: column and row of each place.</summary>
    private Tensor Places(Device device)
    {
        var values = new float[_grid * _grid * 2];
        for (var i = 0; i < _grid * _grid; i++)
        {
            values[2 * i] = Coordinate(i % _grid);
            values[(2 * i) + 1] = Coordinate(i / _grid);
        }

        return tensor(values, [_grid * _grid, 2], device: device);
    }

    private float Coordinate(int cell) => (float)(Reach * (((2.0 * cell) + 1) / _grid - 1));
}
