using Robotics.TorchExtras;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Robotics.SequenceModels.Layers;

/// <summary>
/// Features to an image by the same small network at every position, which gets its coordinates: the spatial broadcast decoder (Watters
/// et al. 2019). What it learns about a small object at one position holds at all positions; a dense layer learns each separately. It
/// differs in that it works on a grid of half the image's sides, in that a position's network sees no neighbours, and in that one
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

    private readonly int _rows;
    private readonly int _columns;

    /// <summary>Creates the layers.</summary>
    /// <param name="features">Feature dimension.</param>
    /// <param name="channels">Channels of the image.</param>
    /// <param name="height">Rows of the image, even.</param>
    /// <param name="width">Columns of the image, even.</param>
    /// <param name="hidden">Hidden units per position.</param>
    public BroadcastLayers(int features, int channels, int height, int width, int hidden)
        : base(nameof(BroadcastLayers))
    {
        (_rows, _columns) = (height / 2, width / 2);
        _features = nn.Linear(features, hidden);
        _place = nn.Linear(2, hidden, hasBias: false);
        _middle = nn.Linear(hidden, hidden);
        _output = nn.ConvTranspose2d(hidden, channels, 4L, stride: 2L, padding: 1L);
        RegisterComponents();
    }

    /// <param name="input">[N × features].</param>
    /// <returns>[N × channel × height × width].</returns>
    public override Tensor forward(Tensor input)
    {
        var places = _place.forward(Places(input.device));
        var hidden = nn.functional.silu(_features.forward(input).unsqueeze(1) + places);
        hidden = nn.functional.silu(_middle.forward(hidden));
        return PatchConvolution.Forward(_output, hidden.view(input.shape[0], _rows, _columns, -1).permute(0, 3, 1, 2));
    }

    /// <summary>[rows · columns × 2]: column and row of each position.</summary>
    private Tensor Places(Device device)
    {
        var values = new float[_rows * _columns * 2];
        for (var i = 0; i < _rows * _columns; i++)
        {
            values[2 * i] = Coordinate(i % _columns, _columns);
            values[(2 * i) + 1] = Coordinate(i / _columns, _rows);
        }

        return tensor(values, [_rows * _columns, 2], device: device);
    }

    private static float Coordinate(int cell, int count) => (float)(Reach * (((2.0 * cell) + 1) / count - 1));
}
