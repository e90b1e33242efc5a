using Robotics.Core.Randomness;
using Robotics.Data.Episodes;
using Robotics.Inference.Formats;
using Robotics.SequenceModels.Sequences;

namespace Robotics.Tests.Unit.SequenceModels;

/// <summary>Episodes of a point on a line that actions push; a bright column of an image shows its position.</summary>
internal static class ToyEpisodes
{
    public const int Side = 8;
    public const long Period = 50_000_000;

    public static SequenceLayout Layout { get; } = SequenceLayout.From(Header(), ["x"], ["eye"]);

    public static EpisodeHeader Header() => new()
    {
        Task = "line",
        TaskHash = "t",
        ObservationHash = "o",
        ActionHash = "a",
        Controller = "random",
        Trial = 0,
        Index = 0,
        Seed = 1,
        Key = 1,
        PeriodSeconds = 0.05,
        ObservationNames = ["x"],
        ActionNames = ["push"],
        CommandNames = ["push"],
        Cameras = [new CameraHeader("eye", Side, Side, 1, 20)],
    };

    /// <summary>An episode; an image is taken 10 ms before every second step.</summary>
    public static Episode Create(int seed, int steps = 12)
    {
        var random = RandomKey.FromSeed((ulong)seed).OpenStream();
        var (x, a, r) = (new float[steps + 1], new float[steps], new float[steps]);
        x[0] = (float)random.NextUniform(-1, 1);
        for (var t = 0; t < steps; t++)
        {
            a[t] = (float)random.NextUniform(-1, 1);
            x[t + 1] = Math.Clamp((0.9f * x[t]) + (0.3f * a[t]), -1, 1);
            r[t] = x[t + 1];
        }

        var seen = Enumerable.Range(1, steps).Where(t => t % 2 == 0).ToArray();
        return new Episode
        {
            Header = Header(),
            IsPartial = false,
            Observations = x,
            Actions = a,
            Requested = new double[steps],
            Applied = new double[steps],
            Rewards = r,
            Times = [.. Enumerable.Range(0, steps + 1).Select(t => t * Period)],
            Flags = new StepFlags[steps],
            PredictedReturns = new float[steps],
            Disagreements = new float[steps],
            PlanNanoseconds = new long[steps],
            Cameras =
            [
                new CameraTrack
                {
                    Camera = Header().Cameras[0],
                    Frames = [.. seen.SelectMany(t => Image(x[t]))],
                    CapturedAt = [.. seen.Select(t => (t * Period) - 10_000_000)],
                    ReceivedAt = [.. seen.Select(t => (t * Period) + 90_000_000)],
                    Sequence = [.. seen.Select(t => (long)t)],
                },
            ],
        };
    }

    public static SequenceReplay Replay(int episodes, int steps = 12)
    {
        var replay = new SequenceReplay(Layout);
        for (var i = 0; i < episodes; i++)
            replay.Add(Create(i, steps));
        return replay;
    }

    public static SequenceModelOptions Tiny(SequenceModelKind kind = SequenceModelKind.Rssm) =>
        new() { Kind = kind, Deterministic = 12, Stochastic = 3, Hidden = 16, Embedding = 8, Channels = 4, Reconstruction = 8 };

    private static byte[] Image(float x)
    {
        var bytes = new byte[Side * Side];
        var column = Math.Clamp((int)((x + 1) / 2 * Side), 0, Side - 1);
        for (var row = 0; row < Side; row++)
            bytes[(row * Side) + column] = 255;
        return bytes;
    }
}
