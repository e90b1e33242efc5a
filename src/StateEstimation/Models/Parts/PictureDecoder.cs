using Robotics.Core;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Robotics.StateEstimation;

/// <summary>
/// Features to the mean of a picture: a dense layer to 4×4, then transposed convolutions of 4×4, stride 2, padding 1, that double the
/// side, ReLU between them. (Hafner et al. 2019 begin at 1×1 and use kernels of 5, 5, 6, 6.) What <see cref="BroadcastLayers"/> draw may be
/// added. Not thread-safe.
/// </summary>
public sealed class PictureDecoder : nn.Module<Tensor, Tensor>
{
    private const int First = 4;

    [ComponentName(Name = "dense")]
    private readonly Linear _dense;

    [ComponentName(Name = "layers")]
    private readonly ModuleList<ConvTranspose2d> _layers;

    [ComponentName(Name = "broadcast")]
    private readonly BroadcastLayers? _broadcast;

    [ComponentName(Name = "units")]
    private readonly ColourUnits? _units;

    private readonly int _depth;

    /// <summary>Makes the layers.</summary>
    /// <param name="features">Numbers in the features.</param>
    /// <param name="format">The pictures that the cameras give.</param>
    /// <param name="side">Pixels a side of what is reconstructed.</param>
    /// <param name="channels">Channels before the last layer.</param>
    /// <param name="broadcast">Units at a place of the <see cref="BroadcastLayers"/> that are added; 0 for none.</param>
    /// <param name="whitened">Whether pixels are compared in <see cref="ColourUnits"/>.</param>
    /// <exception cref="UserErrorException">The pictures cannot be reduced to that size by whole factors.</exception>
    public PictureDecoder(int features, ImageFormat format, int side, int channels, int broadcast = 0, bool whitened = false)
        : base(nameof(PictureDecoder))
    {
        if (format.Height != format.Width || format.Height % side != 0)
            throw new UserErrorException($"Pictures of {format.Width}×{format.Height} pixels cannot be reconstructed as {side}×{side}: let the camera draw squares whose side is a multiple of {side}.");
        Side = side;
        Factor = format.Height / side;
        var doublings = (int)Math.Log2(side / First);
        _depth = channels << (doublings - 1);
        _dense = nn.Linear(features, _depth * First * First);
        _layers = new ModuleList<ConvTranspose2d>([.. Enumerable.Range(0, doublings).Select(i => nn.ConvTranspose2d(
            _depth >> i, i == doublings - 1 ? format.Channels : _depth >> (i + 1), 4L, stride: 2L, padding: 1L))]);
        _broadcast = broadcast > 0 ? new BroadcastLayers(features, format.Channels, side, broadcast) : null;
        _units = whitened ? new ColourUnits(format.Channels) : null;
        RegisterComponents();
    }

    /// <summary>Pixels a side of a reconstruction.</summary>
    public int Side { get; }

    /// <summary>Pixels of the camera, each way, that are averaged into one.</summary>
    public int Factor { get; }

    /// <summary>The pictures as they are to be reconstructed: means over squares of pixels, in the units of the likelihood.</summary>
    public Tensor Reduce(Tensor pictures)
    {
        var reduced = Factor == 1 ? pictures : nn.functional.avg_pool2d(pictures, Factor);
        return _units is null ? reduced : _units.forward(reduced);
    }

    /// <summary>What was reconstructed, −0.5 to 0.5.</summary>
    public Tensor ToColours(Tensor reconstructed) => _units is null ? reconstructed : _units.ToColours(reconstructed);

    /// <summary>Takes over the colours of the training data's pictures.</summary>
    internal void SetStatistics(Tensor pictures) => _units?.SetStatistics(ColourStatistics.Of(pictures));

    /// <summary>Copies the weights of a decoder of the same pictures, all but those that read its features.</summary>
    internal void AdoptFrom(PictureDecoder other)
    {
        using var quiet = no_grad();
        var source = other.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        foreach (var (name, parameter) in named_parameters().Where(p => !p.name.StartsWith("dense", StringComparison.Ordinal) && !p.name.StartsWith("broadcast.features", StringComparison.Ordinal)))
            parameter.copy_(source[name]);
    }

    /// <param name="input">[N × features].</param>
    /// <returns>[N × channel × side × side] in the units of the likelihood: about −0.5 to 0.5 unless whitened.</returns>
    public override Tensor forward(Tensor input)
    {
        var picture = _dense.forward(input).view(-1, _depth, First, First);
        for (var i = 0; i < _layers.Count; i++)
            picture = _layers[i].forward(nn.functional.relu(picture));
        return _broadcast is null ? picture : picture + _broadcast.forward(input);
    }
}
