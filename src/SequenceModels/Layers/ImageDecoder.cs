using Robotics.Core.Streams;
using Robotics.TorchExtras;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Robotics.SequenceModels.Layers;

/// <summary>
/// Features to the mean of an image: a dense layer to 4×4, then transposed convolutions of 4×4, stride 2, padding 1, that double the
/// side, ReLU between them. (Hafner et al. 2019 begin at 1×1 and use kernels of 5, 5, 6, 6.) Of images that are not square the longer
/// side begins at 4 and the other at the nearest number to its share. The output of <see cref="BroadcastLayers"/> may be added. Not
/// thread-safe.
/// </summary>
public sealed class ImageDecoder : nn.Module<Tensor, Tensor>
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

    private readonly ImageFormat _format;
    private readonly int _depth;
    private readonly int _rows;
    private readonly int _columns;

    /// <summary>Creates the layers.</summary>
    /// <param name="features">Feature dimension.</param>
    /// <param name="format">Format of the cameras' images.</param>
    /// <param name="side">Longer side of reconstructed images, pixels: 8, 16, 32 or 64.</param>
    /// <param name="channels">Channels before the last layer.</param>
    /// <param name="broadcast">Hidden units per position of the <see cref="BroadcastLayers"/> that are added; 0 for none.</param>
    /// <param name="whitened">True when pixels are compared in <see cref="ColourUnits"/>.</param>
    public ImageDecoder(int features, ImageFormat format, int side, int channels, int broadcast = 0, bool whitened = false)
        : base(nameof(ImageDecoder))
    {
        var doublings = (int)Math.Log2(side / First);
        _format = format;
        (_rows, _columns) = (CellsOf(format.Height), CellsOf(format.Width));
        (Height, Width) = (_rows << doublings, _columns << doublings);
        _depth = channels << (doublings - 1);
        _dense = nn.Linear(features, _depth * _rows * _columns);
        _layers = new ModuleList<ConvTranspose2d>([.. Enumerable.Range(0, doublings).Select(i => nn.ConvTranspose2d(
            _depth >> i, i == doublings - 1 ? format.Channels : _depth >> (i + 1), 4L, stride: 2L, padding: 1L))]);
        _broadcast = broadcast > 0 ? new BroadcastLayers(features, format.Channels, Height, Width, broadcast) : null;
        _units = whitened ? new ColourUnits(format.Channels) : null;
        RegisterComponents();

        int CellsOf(int pixels) => Math.Max(1, (int)Math.Round((double)First * pixels / Math.Max(format.Height, format.Width)));
    }

    /// <summary>Rows of a reconstruction.</summary>
    public int Height { get; }

    /// <summary>Columns of a reconstruction.</summary>
    public int Width { get; }

    /// <summary>Reconstruction targets of the images: means over rectangles of pixels, in the units of the likelihood.</summary>
    public Tensor Reduce(Tensor images)
    {
        var factor = _format.Height / Height;
        var isWhole = factor >= 1 && factor * Height == _format.Height && factor * Width == _format.Width;
        var reduced = !isWhole ? Average(images) : factor == 1 ? images : nn.functional.avg_pool2d(images, factor);
        return _units is null ? reduced : _units.forward(reduced);
    }

    /// <summary>The reconstruction, −0.5 to 0.5.</summary>
    public Tensor ToColours(Tensor reconstructed) => _units is null ? reconstructed : _units.ToColours(reconstructed);

    /// <summary>Sets the colour units from the training data's images.</summary>
    internal void SetStatistics(Tensor images) => _units?.SetStatistics(ColourStatistics.From(images));

    /// <summary>Copies the weights of a decoder of images of the same format, all but those that read its features.</summary>
    internal void AdoptFrom(ImageDecoder other)
    {
        using var noGrad = no_grad();
        var source = other.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        foreach (var (name, parameter) in named_parameters().Where(p => !p.name.StartsWith("dense", StringComparison.Ordinal)
            && !p.name.StartsWith("broadcast.features", StringComparison.Ordinal)))
            parameter.copy_(source[name]);
    }

    /// <param name="input">[N × features].</param>
    /// <returns>[N × channel × height × width] in the units of the likelihood: about −0.5 to 0.5 unless whitened.</returns>
    public override Tensor forward(Tensor input)
    {
        var image = _dense.forward(input).view(-1, _depth, _rows, _columns);
        for (var i = 0; i < _layers.Count; i++)
            image = PatchConvolution.Forward(_layers[i], nn.functional.relu(image));
        return _broadcast is null ? image : image + _broadcast.forward(input);
    }

    /// <summary>Means by area, for sizes that are no multiples of each other: rows and columns one after the other.</summary>
    private Tensor Average(Tensor images)
    {
        var rows = tensor(Shares(_format.Height, Height), [Height, _format.Height], device: images.device);
        var columns = tensor(Shares(_format.Width, Width), [Width, _format.Width], device: images.device);
        return rows.matmul(images).matmul(columns.t());
    }

    /// <summary>[to × from], the weight of each source pixel in each larger target pixel.</summary>
    private static float[] Shares(int from, int to)
    {
        var (shares, size) = (new float[to * from], (double)from / to);
        for (var i = 0; i < to; i++)
        {
            for (var j = (int)(i * size); j < Math.Min(from, Math.Ceiling((i + 1) * size)); j++)
                shares[(i * from) + j] = (float)(Math.Max(0, Math.Min(j + 1, (i + 1) * size) - Math.Max(j, i * size)) / size);
        }

        return shares;
    }
}
