namespace Robotics.Inference;

/// <summary>The size of a convolution of pictures, [height × width × channel]. Immutable.</summary>
public sealed record ConvolutionShape
{
    /// <summary>Channels that come in; at least 1.</summary>
    public required int InputChannels { get; init; }

    /// <summary>Rows that come in; with the padding at least <see cref="Kernel"/>.</summary>
    public required int Height { get; init; }

    /// <summary>Columns that come in; with the padding at least <see cref="Kernel"/>.</summary>
    public required int Width { get; init; }

    /// <summary>Channels that go out; at least 1.</summary>
    public required int OutputChannels { get; init; }

    /// <summary>Rows and columns of the kernel; at least 1.</summary>
    public required int Kernel { get; init; }

    /// <summary>Pixels from one place of the kernel to the next; at least 1. Default: 1.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>Zeros around the picture on each side; at least 0. Default: 0.</summary>
    public int Padding { get; init; }

    /// <summary>Rows that go out.</summary>
    public int OutputHeight => ((PaddedHeight - Kernel) / Stride) + 1;

    /// <summary>Columns that go out.</summary>
    public int OutputWidth => ((PaddedWidth - Kernel) / Stride) + 1;

    /// <summary>Numbers in a picture that comes in.</summary>
    public int InputLength => InputChannels * Height * Width;

    /// <summary>Numbers in a picture that goes out.</summary>
    public int OutputLength => OutputChannels * OutputHeight * OutputWidth;

    internal int PaddedHeight => Height + (2 * Padding);

    internal int PaddedWidth => Width + (2 * Padding);

    /// <summary>Numbers that an output is summed up from.</summary>
    internal int Taps => InputChannels * Kernel * Kernel;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(InputChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(OutputChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Kernel, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Stride, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Padding, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(PaddedHeight, Kernel);
        ArgumentOutOfRangeException.ThrowIfLessThan(PaddedWidth, Kernel);
    }
}
