using Robotics.Core.Streams;
using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Sequences;
using Robotics.TorchExtras;
using static TorchSharp.torch;

namespace Robotics.SequenceModels.Inspection;

/// <summary>An image in memory. Immutable as long as nobody writes to the bytes.</summary>
/// <param name="Format">Its size and channels.</param>
/// <param name="Bytes">[height × width × channel], top row first.</param>
public sealed record StripImage(ImageFormat Format, byte[] Bytes);

/// <summary>
/// A model's reconstructions of one episode, as images: the rows are observed, filtered (every image seen), and predicted open-loop from
/// a step on; the columns are steps. An image that was lost is grey in the first row. Not thread-safe.
/// </summary>
public static class FilmStrip
{
    /// <summary>Renders a strip.</summary>
    /// <param name="model">The model.</param>
    /// <param name="episodes">The replay that holds the episode.</param>
    /// <param name="episode">Index of the episode.</param>
    /// <param name="camera">Index of the camera's modality.</param>
    /// <param name="split">The last step whose observations the open-loop row sees.</param>
    /// <param name="columns">Number of steps shown.</param>
    /// <param name="scale">Magnification: pixels of the output per pixel.</param>
    public static StripImage Create(
        SequenceModel model, SequenceReplay episodes, int episode, int camera, int split, int columns = 12, int scale = 3)
    {
        using var scope = NewDisposeScope();
        var (rows, length) = Rows(model, episodes, episode, camera, split);
        var moments = Enumerable.Range(0, columns).Select(c => Math.Min(length - 1, (c + 1) * length / columns)).ToArray();
        return Compose(rows, moments, scale);
    }

    /// <summary>
    /// Renders every step of an episode, for a video: observed, filtered, and predicted from a step on, one below the other.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="episodes">The replay that holds the episode.</param>
    /// <param name="episode">Index of the episode.</param>
    /// <param name="camera">Index of the camera's modality.</param>
    /// <param name="split">The last step whose observations the open-loop row sees.</param>
    /// <param name="scale">Magnification: pixels of the output per pixel.</param>
    public static IReadOnlyList<StripImage> Frames(
        SequenceModel model, SequenceReplay episodes, int episode, int camera, int split, int scale = 4)
    {
        using var scope = NewDisposeScope();
        var (rows, length) = Rows(model, episodes, episode, camera, split);
        return [.. Enumerable.Range(0, length).Select(t => Compose(rows, [t], scale))];
    }

    private static (Tensor[] Rows, int Length) Rows(SequenceModel model, SequenceReplay episodes, int episode, int camera, int split)
    {
        using var noGrad = no_grad();
        var length = episodes.Sequences[episode].Steps;
        var batch = episodes.Whole(episode, 1, length, CPU);
        var inferred = model.Infer(batch, sample: false);
        var ahead = model.Imagine(inferred.Carries[split], batch.Actions.narrow(0, split + 1, length - split - 1), sample: false);
        var open = cat([inferred.Features.narrow(0, 0, split + 1), ahead], 0);
        var filtered = model.Decoder.Decode(camera, inferred.Features.view(length, -1));
        var predicted = model.Decoder.Decode(camera, open.view(length, -1));
        var seen = Observed(model, batch, camera, filtered);
        return ([seen, model.Decoder.ToColours(camera, filtered), model.Decoder.ToColours(camera, predicted)], length);
    }

    private static Tensor Observed(SequenceModel model, SequenceBatch batch, int camera, Tensor like)
    {
        var readings = batch.Modalities[camera];
        var canvas = zeros_like(like);
        return readings.Count == 0 ? canvas : canvas.index_add(
            0, readings.Rows, model.Decoder.ToColours(camera, model.Decoder.Target(camera, readings.Values)), 1);
    }

    private static StripImage Compose(Tensor[] rows, int[] moments, int scale)
    {
        var (channels, height, width) = ((int)rows[0].shape[1], (int)rows[0].shape[2], (int)rows[0].shape[3]);
        var (line, column) = ((height * scale) + 2, (width * scale) + 2);
        var format = new ImageFormat(moments.Length * column, rows.Length * line, channels);
        var bytes = new byte[format.ByteCount];
        Array.Fill(bytes, (byte)255);
        for (var r = 0; r < rows.Length; r++)
        {
            var values = rows[r].ToFloats();
            for (var c = 0; c < moments.Length; c++)
            {
                for (var y = 0; y < height * scale; y++)
                {
                    for (var x = 0; x < width * scale; x++)
                    {
                        for (var k = 0; k < channels; k++)
                        {
                            var value = values[(((((moments[c] * channels) + k) * height) + (y / scale)) * width) + (x / scale)];
                            var pixel = (((r * line) + y) * format.Width) + (c * column) + x;
                            bytes[(pixel * channels) + k] = (byte)Math.Clamp((value + 0.5f) * 255, 0, 255);
                        }
                    }
                }
            }
        }

        return new StripImage(format, bytes);
    }
}
