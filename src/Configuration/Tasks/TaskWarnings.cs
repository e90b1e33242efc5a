using System.Globalization;
using Robotics.Configuration.Resets;
using Robotics.Core.Links;
using Robotics.Core.Models;
using Robotics.Core.Randomness;
using Robotics.Core.Spaces;
using Robotics.Core.Terms;

namespace Robotics.Configuration.Tasks;

/// <summary>Warnings about valid but unusual settings of a task.</summary>
internal static class TaskWarnings
{
    // Losses square what a network predicts: beyond this, single precision has little left.
    private const float MaximumReward = 1e6f;
    private const int RewardSamples = 64;

    /// <summary>Position servos whose control range reaches far beyond the joint's range: degrees mixed with radians.</summary>
    public static IEnumerable<string> FromRanges(IModelCatalog catalog, ActionSpace actions, GuardOptions limits)
    {
        foreach (var channel in actions.Channels.Where(c => c.Mode == ActionMode.Position))
        {
            var index = catalog.Actuators.TakeWhile(a => a.Name != channel.Name).Count();
            var actuator = catalog.Actuators[index];

            // The range of a delta is that of its steps: the guard limits how far they lead.
            var isDelta = channel.Reference == ActionReference.Delta;
            var low = isDelta ? Math.Max(actuator.Low, limits.Low?[index] ?? double.NegativeInfinity) : channel.Low;
            var high = isDelta ? Math.Min(actuator.High, limits.High?[index] ?? double.PositiveInfinity) : channel.High;
            if (catalog.Joints.FirstOrDefault(j => j.Name == actuator.JointName) is not { } joint)
                continue;
            var width = joint.High - joint.Low;
            if (!double.IsFinite(width) || (low >= joint.Low - width && high <= joint.High + width))
                continue;
            var unit = joint.Kind == JointKind.Hinge ? "rad" : "m";
            yield return Text($"actuator '{actuator.Name}' takes positions from {low:0.####} to {high:0.####} {unit}, ")
                + Text($"but its joint '{joint.Name}' goes from {joint.Low:0.####} to {joint.High:0.####} {unit}: a ctrlrange is in ")
                + "radians, whatever unit the file's angles have; correct it, or give 'low' and 'high' under "
                + (isDelta ? "'limits'" : "'action'");
        }
    }

    /// <summary>Joints that start outside their limits: the physics pushes them back with force.</summary>
    public static IEnumerable<string> FromStart(ResetDistribution reset)
    {
        for (var i = 0; i < reset.Joints.Count; i++)
        {
            var (joint, start) = (reset.Joints[i], reset.StartPositions[i]);
            var slack = 1e-3 * Math.Max(1, joint.High - joint.Low);
            var isDrawn = reset.JointResets.Any(r => r.Position is not null && !r.AddToStart && r.Joints.Contains(i));
            if (isDrawn || (start >= joint.Low - slack && start <= joint.High + slack))
                continue;
            var pose = reset.Keyframe is { } keyframe ? $"keyframe '{keyframe}'" : "the model's default pose";
            yield return Text($"joint '{joint.Name}' starts at {start:0.####}, outside its limits ")
                + Text($"[{joint.Low:0.####}, {joint.High:0.####}]: that is where {pose} puts it; ")
                + "correct the pose, or sample the joint under 'reset'";
        }
    }

    /// <summary>Rewards that are too large to learn, at observations sampled from their ranges.</summary>
    public static IEnumerable<string> FromReward(
        ObservationSpace space, ActionSpace actions, IReadOnlyList<ResolvedTerm> terms, TermProgram reward)
    {
        var random = RandomKey.FromSeed(0).OpenStream();
        var (observation, action) = (new float[space.Dimension], new float[actions.Dimension]);
        var largest = 0f;
        for (var sample = 0; sample < RewardSamples; sample++)
        {
            for (var i = 0; i < observation.Length; i++)
            {
                var element = space.Elements[i];
                var isBounded = float.IsFinite(element.Low) && float.IsFinite(element.High);
                observation[i] = (float)(isBounded ? random.NextUniform(element.Low, element.High) : random.NextUniform(-1, 1));
            }

            foreach (var term in terms.Where(t => t.Goal is not null && t.Term.IsObserved))
            {
                var goal = new double[term.Term.Dimension];
                term.Goal!.Value.Sample(ref random, goal);
                for (var i = 0; i < goal.Length; i++)
                    observation[term.Term.Offset + i] = (float)goal[i];
            }

            for (var i = 0; i < action.Length; i++)
                action[i] = (float)random.NextUniform(-1, 1);
            var value = MathF.Abs(reward.EvaluateScalar(observation, action));
            largest = value > largest ? value : largest;
        }

        if (largest > MaximumReward)
        {
            yield return Text($"the reward of a step reaches {largest:0.#e+0} at ordinary observations, ")
                + "which single precision cannot learn; scale it so that a step's reward is about 1";
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
