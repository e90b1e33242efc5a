using Robotics.Core.Errors;
using Robotics.Data.Safetensors;

namespace Robotics.Data.Episodes;

/// <summary>
/// The arrays of cameras in an episode's file: <c>cameras.NAME.frames</c> [N × height × width × channels] U8,
/// <c>cameras.NAME.captured_at</c>, <c>received_at</c> and <c>sequence</c> [N] I64.
/// </summary>
internal static class CameraFormat
{
    public static void Write(SafetensorsFile file, CameraTrack track)
    {
        var (n, c, name) = (track.Count, track.Camera, track.Camera.Name);
        file.Set($"cameras.{name}.frames", TensorData.From<byte>(track.Frames, n, c.Height, c.Width, c.Channels));
        file.Set($"cameras.{name}.captured_at", TensorData.From<long>(track.CapturedAt, n));
        file.Set($"cameras.{name}.received_at", TensorData.From<long>(track.ReceivedAt, n));
        file.Set($"cameras.{name}.sequence", TensorData.From<long>(track.Sequence, n));
    }

    public static CameraTrack Read(SafetensorsFile file, CameraHeader camera, string path)
    {
        var track = new CameraTrack
        {
            Camera = camera,
            Frames = file.Get<byte>($"cameras.{camera.Name}.frames", path),
            CapturedAt = file.Get<long>($"cameras.{camera.Name}.captured_at", path),
            ReceivedAt = file.Get<long>($"cameras.{camera.Name}.received_at", path),
            Sequence = file.Get<long>($"cameras.{camera.Name}.sequence", path),
        };
        var n = track.Count;
        if (track.Frames.LongLength != (long)n * camera.Format().ByteCount || track.ReceivedAt.Length != n || track.Sequence.Length != n)
            throw new UserErrorException(
                $"'{path}' holds images of camera '{camera.Name}' whose arrays do not agree: it was written by something else.");
        return track;
    }
}
