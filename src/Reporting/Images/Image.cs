using Robotics.Core.Streams;

namespace Robotics.Reporting.Images;

/// <summary>An image in memory. Immutable as long as nobody writes to the bytes.</summary>
/// <param name="Format">Its size and channels: 1 for grey, 3 for RGB.</param>
/// <param name="Bytes">[height × width × channels], top row first.</param>
public sealed record Image(ImageFormat Format, byte[] Bytes)
{
    /// <summary>Copies a leased image, which the caller still disposes.</summary>
    public static Image CopyOf(ImageLease lease) => new(lease.Format, [.. lease.Bytes]);
}
