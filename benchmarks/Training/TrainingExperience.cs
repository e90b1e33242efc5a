using Robotics.Core.Models;
using Robotics.Core.Randomness;
using Robotics.Data.Episodes;

namespace Robotics.Benchmarks.Training;

/// <summary>Random experience of a given size: the time of an update depends on shapes and not on values.</summary>
internal static class TrainingExperience
{
    private const double ChangeScale = 0.05;
    private const long PeriodNanoseconds = 50_000_000;

    /// <summary>Transitions whose next state is the state plus a small random change.</summary>
    /// <param name="observations">Observation dimension.</param>
    /// <param name="actions">Action dimension.</param>
    /// <param name="count">Number of transitions.</param>
    /// <param name="key">Random key.</param>
    public static TransitionSet Transitions(int observations, int actions, int count, RandomKey key)
    {
        var random = key.OpenStream();
        var (before, after) = (new float[count * observations], new float[count * observations]);
        for (var i = 0; i < before.Length; i++)
        {
            before[i] = (float)random.NextUniform(-1, 1);
            after[i] = before[i] + (float)random.NextUniform(-ChangeScale, ChangeScale);
        }

        return new TransitionSet(count, before, Uniform(count * actions, key.Derive("actions")), after);
    }

    /// <summary>An episode of seven joints and, if asked for, an image of 64 × 64 pixels per step.</summary>
    /// <param name="steps">Number of steps.</param>
    /// <param name="camera">True for an episode with a camera.</param>
    /// <param name="key">Random key.</param>
    public static Episode Episode(int steps, bool camera, RandomKey key)
    {
        var header = Header(camera);
        var joints = header.ActionNames.Count;
        return new Episode
        {
            Header = header,
            IsPartial = false,
            Observations = Uniform((steps + 1) * joints, key.Derive("observations")),
            Actions = Uniform(steps * joints, key.Derive("actions")),
            Requested = new double[steps * joints],
            Applied = new double[steps * joints],
            Rewards = Uniform(steps, key.Derive("rewards")),
            Times = [.. Enumerable.Range(0, steps + 1).Select(t => t * PeriodNanoseconds)],
            Flags = new StepFlags[steps],
            PredictedReturns = new float[steps],
            Disagreements = new float[steps],
            PlanNanoseconds = new long[steps],
            Cameras = [.. header.Cameras.Select(c => Track(c, steps, key.Derive(c.Name)))],
        };
    }

    private static CameraTrack Track(CameraHeader camera, int steps, RandomKey key)
    {
        var random = key.OpenStream();
        var pixels = new byte[steps * camera.Width * camera.Height * camera.Channels];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)random.NextUniform(0, 256);
        var times = Enumerable.Range(1, steps).Select(t => t * PeriodNanoseconds).ToArray();
        return new CameraTrack
        {
            Camera = camera,
            Frames = pixels,
            CapturedAt = times,
            ReceivedAt = times,
            Sequence = [.. Enumerable.Range(1, steps).Select(t => (long)t)],
        };
    }

    private static EpisodeHeader Header(bool camera)
    {
        string[] joints = [.. Enumerable.Range(1, 7).Select(i => $"joint{i}")];
        return new EpisodeHeader
        {
            Task = "benchmark",
            TaskHash = "benchmark",
            ObservationHash = "benchmark",
            ActionHash = "benchmark",
            Controller = "random",
            Trial = 0,
            Index = 0,
            Seed = 1,
            Key = 1,
            PeriodSeconds = 0.05,
            ObservationNames = [.. joints.Select(j => $"q.{j}")],
            ActionNames = joints,
            CommandNames = joints,
            Cameras = camera ? [new CameraHeader("camera", 64, 64, 3, 20)] : [],
        };
    }

    private static float[] Uniform(int count, RandomKey key)
    {
        var random = key.OpenStream();
        return [.. Enumerable.Range(0, count).Select(_ => (float)random.NextUniform(-1, 1))];
    }
}
