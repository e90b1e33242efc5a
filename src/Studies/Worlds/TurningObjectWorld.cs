using Robotics.Core.Randomness;
using Robotics.Data.Episodes;
using Robotics.Inference.Formats;

namespace Robotics.Studies.Worlds;

/// <summary>
/// A disc that moves through a square at constant speed, turns at random and bounces off the walls, observed by a camera alone. Turns
/// are unpredictable, so the variance of a belief must grow while there are no images. Immutable; thread-safe.
/// </summary>
/// <param name="TurnProbability">Probability of a turn at each step.</param>
/// <param name="Side">Width and height of the images, pixels, at least 8.</param>
public sealed record TurningObjectWorld(double TurnProbability = 0.06, int Side = 16)
{
    private const double Period = 0.05;
    private const double Radius = 0.25;

    /// <summary>Mean length of a gap in the images, steps.</summary>
    public const int MeanGap = 8;

    /// <summary>Inputs of a model: the camera, and an action without effect.</summary>
    public SequenceLayout Layout => SequenceLayout.From(Header(0), [], ["eye"]);

    /// <summary>
    /// Samples an episode, whose camera may lose images; its observations are the true position, −1 to 1, which is not in
    /// <see cref="Layout"/>.
    /// </summary>
    /// <param name="steps">Number of actions; there is one more observation.</param>
    /// <param name="key">The randomness.</param>
    /// <param name="gapProbability">
    /// Probability at each step that a gap in the images begins; the mean length of gaps is <see cref="MeanGap"/> steps.
    /// </param>
    public Episode Sample(int steps, RandomKey key, double gapProbability = 0)
    {
        var random = key.OpenStream();
        var (x, y, heading) = (random.NextUniform(-0.7, 0.7), random.NextUniform(-0.7, 0.7), random.NextUniform(-Math.PI, Math.PI));
        var speed = random.NextUniform(1, 2);
        var positions = new float[2 * (steps + 1)];
        var frames = new byte[(steps + 1) * Side * Side];
        for (var t = 0; t <= steps; t++)
        {
            (positions[2 * t], positions[(2 * t) + 1]) = ((float)x, (float)y);
            Paint(x, y, frames.AsSpan(t * Side * Side, Side * Side));
            if (random.NextDouble() < TurnProbability)
                heading += random.NextUniform(-2.1, 2.1);
            (x, y, heading) = Move(x, y, heading, speed * Period);
        }

        return Assemble(steps, positions, frames, Seen(steps, gapProbability, key), key);
    }

    private static int[] Seen(int steps, double gapProbability, RandomKey key)
    {
        var (random, gap, seen) = (key.Derive("gaps").OpenStream(), false, new List<int>());
        for (var t = 0; t <= steps; t++)
        {
            gap = gap ? random.NextDouble() >= 1.0 / MeanGap : random.NextDouble() < gapProbability;
            if (!gap)
                seen.Add(t);
        }

        return [.. seen];
    }

    private static (double X, double Y, double Heading) Move(double x, double y, double heading, double distance)
    {
        const double wall = 1 - Radius;
        (x, y) = (x + (distance * Math.Cos(heading)), y + (distance * Math.Sin(heading)));
        if (Math.Abs(x) > wall)
            (x, heading) = (Math.CopySign((2 * wall) - Math.Abs(x), x), Math.PI - heading);
        if (Math.Abs(y) > wall)
            (y, heading) = (Math.CopySign((2 * wall) - Math.Abs(y), y), -heading);
        return (x, y, heading);
    }

    private void Paint(double x, double y, Span<byte> into)
    {
        var pixel = 2.0 / Side;
        for (var row = 0; row < Side; row++)
        {
            for (var column = 0; column < Side; column++)
            {
                var (dx, dy) = (((column + 0.5) * pixel) - 1 - x, 1 - ((row + 0.5) * pixel) - y);
                var covered = Math.Clamp(((Radius - Math.Sqrt((dx * dx) + (dy * dy))) / pixel) + 0.5, 0, 1);
                into[(row * Side) + column] = (byte)(255 * covered);
            }
        }
    }

    private EpisodeHeader Header(ulong key) => new()
    {
        Task = "turning-object",
        TaskHash = "",
        ObservationHash = "",
        ActionHash = "",
        Controller = "none",
        Trial = 0,
        Index = 0,
        Seed = 0,
        Key = key,
        PeriodSeconds = Period,
        ObservationNames = ["x", "y"],
        ActionNames = ["none"],
        CommandNames = ["none"],
        Cameras = [new CameraHeader("eye", Side, Side, 1, 1 / Period)],
    };

    private Episode Assemble(int steps, float[] positions, byte[] frames, int[] seen, RandomKey key)
    {
        long[] times = [.. Enumerable.Range(0, steps + 1).Select(t => (long)Math.Round(t * Period * 1e9))];
        long[] captured = [.. seen.Select(t => times[t])];
        var size = Side * Side;
        var header = Header(key.Value);
        return new Episode
        {
            Header = header,
            IsPartial = false,
            Observations = positions,
            Actions = new float[steps],
            Requested = new double[steps],
            Applied = new double[steps],
            Rewards = new float[steps],
            Times = times,
            Flags = new StepFlags[steps],
            PredictedReturns = new float[steps],
            Disagreements = new float[steps],
            PlanNanoseconds = new long[steps],
            Cameras =
            [
                new CameraTrack
                {
                    Camera = header.Cameras[0],
                    Frames = [.. seen.SelectMany(t => frames.AsSpan(t * size, size).ToArray())],
                    CapturedAt = captured,
                    ReceivedAt = captured,
                    Sequence = [.. seen.Select(t => (long)t)],
                },
            ],
        };
    }
}
