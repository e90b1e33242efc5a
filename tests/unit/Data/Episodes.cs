using Robotics.Core.Time;
using Robotics.Data.Episodes;

namespace Robotics.Tests.Unit.Data;

/// <summary>Small episodes with numbers that tell where they belong.</summary>
internal static class Episodes
{
    public static EpisodeHeader Header(int trial = 0, int index = 0) => new()
    {
        Task = "reach",
        TaskHash = "t",
        ObservationHash = "o",
        ActionHash = "a",
        Commit = "abc",
        Controller = "random",
        Trial = trial,
        Index = index,
        Seed = 7,
        Key = ulong.MaxValue - 3,
        PeriodSeconds = 0.05,
        ObservationNames = ["x", "v"],
        ActionNames = ["force"],
        CommandNames = ["left", "right"],
        Goals = new Dictionary<string, double[]> { ["goal"] = [0.1, -2] },
    };

    public static EpisodeStep Step(int t) => Fill(new EpisodeStep(2, 1, 2), t);

    public static EpisodeRecorder Record(EpisodeStore store, EpisodeHeader header, int steps)
    {
        var recorder = store.Begin(header, [-1, -2], MonotonicTime.Zero);
        for (var t = 0; t < steps; t++)
            recorder.Append(Step(t));
        return recorder;
    }

    private static EpisodeStep Fill(EpisodeStep step, int t)
    {
        step.Observation[0] = t;
        step.Observation[1] = t + 0.5f;
        step.Action[0] = -0.25f * t;
        step.Requested[1] = t * Math.PI;
        step.Applied[1] = t * 3;
        step.Reward = 1 + t;
        step.At = new MonotonicTime((t + 1) * 50_000_000L);
        step.PredictedReturn = 100 + t;
        step.Disagreement = 0.5f;
        step.PlanNanoseconds = 1000 + t;
        step.Flags = t % 2 == 0 ? StepFlags.Succeeding : StepFlags.Limited | StepFlags.Succeeding;
        return step;
    }
}
