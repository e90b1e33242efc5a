using Robotics.Core.Streams;
using Robotics.SequenceModels.Layers;
using static TorchSharp.torch;

namespace Robotics.Tests.Unit.SequenceModels;

public class PictureEncoderTests
{
    [Fact]
    public void Forward_OneStrongPlace_KeypointIsItsColumnAndRow()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var layer = new KeypointLayer(1, 1);
        layer.Maps.weight!.fill_(50);
        layer.Maps.bias!.zero_();
        var map = zeros(1, 1, 5, 9);
        map[0, 0, 1, 6] = 1;

        var point = layer.forward(map).data<float>().ToArray();

        Assert.Equal(1f, point[0], 1e-4f);
        Assert.Equal(-1f, point[1], 1e-4f);
    }

    [Fact]
    public void Forward_WithKeypoints_EmbeddingHasTheSizeThatWasTold()
    {
        using var scope = NewDisposeScope();
        var format = new ImageFormat(32, 32, 3);
        var encoder = new ImageEncoder(format, 4, 3);

        Assert.Equal(ImageEncoder.SizeOf(format, 4, 3), encoder.EmbeddingDimension);
        Assert.Equal([2, encoder.EmbeddingDimension], encoder.forward(zeros(2, 3, 32, 32)).shape);
    }

    [Fact]
    public void Initialise_AlmostConstantPictures_EveryChannelIsAlive()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        manual_seed(1);
        var images = (randn(16, 3, 64, 64) * 0.02) - 0.3;
        var encoder = new ImageEncoder(new ImageFormat(64, 64, 3), 8, 2);

        encoder.Initialise(images);

        var input = images;
        foreach (var layer in encoder.Layers)
        {
            input = layer.forward(input);
            var flat = input.permute(1, 0, 2, 3).reshape(input.shape[1], -1);
            Assert.InRange(flat.mean([1]).abs().max().item<float>(), 0, 1e-3);
            Assert.InRange((flat.std(1) - 1).abs().max().item<float>(), 0, 0.01);
            input = nn.functional.relu(input);
        }
    }

    [Fact]
    public void Initialise_OneColour_LeavesWeightsOfUsualSize()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        manual_seed(1);
        var encoder = new ImageEncoder(new ImageFormat(64, 64, 3), 8, 2);

        encoder.Initialise(full([4, 3, 64, 64], -0.2f));

        Assert.InRange(encoder.forward((rand(4, 3, 64, 64) * 0.1) - 0.2).abs().max().item<float>(), 0, 1000);
    }

    [Theory]
    [InlineData(84, 84, 32, 32)]
    [InlineData(96, 48, 32, 16)]
    [InlineData(5, 320, 8, 32)]
    public void Decoder_ImagesOfAnySize_AreReducedToMeansByArea(int width, int height, int reducedWidth, int reducedHeight)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var decoder = new ImageDecoder(5, new ImageFormat(width, height, 3), 32, 4, broadcast: 6);
        var images = rand(2, 3, height, width);

        var reduced = decoder.Reduce(images);

        Assert.Equal([2, 3, reducedHeight, reducedWidth], decoder.forward(rand(2, 5)).shape);
        Assert.Equal([2, 3, reducedHeight, reducedWidth], reduced.shape);
        Assert.InRange((reduced.mean([2L, 3L]) - images.mean([2L, 3L])).abs().max().item<float>(), 0, 1e-5);
        Assert.InRange((decoder.Reduce(ones_like(images)) - 1).abs().max().item<float>(), 0, 1e-5);
    }

    [Fact]
    public void ColourUnits_Pictures_AreWithoutCorrelationAndComeBack()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        manual_seed(2);
        var grey = randn(8, 1, 16, 16) * 0.3;
        var images = cat([grey, grey + (randn(8, 1, 16, 16) * 0.1), (grey * 0.5) + 0.1 + (randn(8, 1, 16, 16) * 0.05)], 1);
        var units = new ColourUnits(3);

        units.SetStatistics(ColourStatistics.From(images));
        var whitened = units.forward(images);

        var pixels = whitened.permute(1, 0, 2, 3).reshape(3, -1);
        var covariance = pixels.matmul(pixels.t()) / pixels.shape[1];
        Assert.InRange((covariance - eye(3)).abs().max().item<float>(), 0, 0.06);
        Assert.InRange((units.ToColours(whitened) - images).abs().max().item<float>(), 0, 1e-4);
    }

    [Fact]
    public void Broadcast_AddedToADecoder_GivesPicturesOfItsSide()
    {
        using var scope = NewDisposeScope();
        var decoder = new ImageDecoder(5, new ImageFormat(32, 32, 3), 16, 4, broadcast: 6, whitened: true);

        Assert.Equal([2, 3, 16, 16], decoder.forward(randn(2, 5)).shape);
        Assert.Equal([2, 3, 16, 16], decoder.Reduce(randn(2, 3, 32, 32)).shape);
    }
}
