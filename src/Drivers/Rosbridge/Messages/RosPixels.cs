using Robotics.Core.Streams;

namespace Robotics.Drivers.Rosbridge.Messages;

/// <summary>Converts the pixels of a sensor_msgs/Image into RGB. Does not allocate unless an image is refused.</summary>
internal static class RosPixels
{
    /// <summary>Converts an image. Returns why it cannot be used, or null.</summary>
    /// <param name="image">The message.</param>
    /// <param name="format">The size that is expected; three channels.</param>
    /// <param name="into">[height × width × 3], receives the image.</param>
    public static string? ToRgb(ImageMessage image, ImageFormat format, byte[] into)
    {
        if (image.Width != format.Width || image.Height != format.Height)
        {
            return $"it is {image.Width}×{image.Height}, and the robot's file says {format.Width}×{format.Height}: correct 'width' " +
                $"and 'height'";
        }

        var (bytes, red, green, blue) = image.Encoding switch
        {
            "rgb8" => (3, 0, 1, 2),
            "bgr8" => (3, 2, 1, 0),
            "rgba8" => (4, 0, 1, 2),
            "bgra8" => (4, 2, 1, 0),
            "mono8" => (1, 0, 0, 0),
            _ => (0, 0, 0, 0),
        };
        if (bytes == 0)
            return $"its encoding is '{image.Encoding}'; rgb8, bgr8, rgba8, bgra8 and mono8 are known";
        var row = format.Width * bytes;
        if (image.Step < row || image.Step * image.Height > image.Data.Length)
            return $"its rows have {image.Step} bytes and its data {image.Data.Length}, and the encoding asks for {row} each";
        for (var y = 0; y < format.Height; y++)
        {
            var from = image.Data.Span.Slice(y * (int)image.Step, row);
            var to = into.AsSpan(y * format.Width * 3, format.Width * 3);
            if (bytes == 3 && red == 0)
            {
                from.CopyTo(to);
                continue;
            }

            for (var x = 0; x < format.Width; x++)
            {
                to[x * 3] = from[(x * bytes) + red];
                to[(x * 3) + 1] = from[(x * bytes) + green];
                to[(x * 3) + 2] = from[(x * bytes) + blue];
            }
        }

        return null;
    }
}
