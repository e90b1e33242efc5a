using System.CommandLine;
using Robotics.Cli.Shell;
using Robotics.Core.Errors;
using Robotics.Learning.Evaluation;
using Robotics.Runtime.Faults;

namespace Robotics.Cli.Commands.Eval;

/// <summary>The options of <c>eval</c> for a pipeline.</summary>
internal sealed class PipelineOptions
{
    private readonly Option<string?> _pipeline = new("--pipeline")
    {
        Description = "Pipeline to measure, in place of a task: a YAML file, or a name in config/pipelines.",
        HelpName = "name|file",
    };

    private readonly Option<string> _policy = new("--policy")
    {
        Description = "Controller in place of the pipeline on the same initial states: 'mean-goal', 'centroid' (of the marker's colour) "
            + "and 'true-state' reach by inverse kinematics, 'simulator' plans with ground-truth dynamics.",
        HelpName = string.Join('|', PipelinePolicies.Names),
        DefaultValueFactory = _ => PipelinePolicies.Names[0],
    };

    private readonly Option<string?> _baselines = new("--beside")
    {
        Description = "Baselines on the same initial states, separated by commas: paired differences with bootstrap intervals.",
        HelpName = "policies",
    };

    private readonly Option<double?> _dropped = new("--frames-dropped")
    {
        Description = "Fraction of images lost, 0 to 1 [default: the task's].",
        HelpName = "share",
    };

    private readonly Option<double> _jitter = new("--delay-jitter-ms")
    {
        Description = "Maximum deviation of image delays to both sides, ms.",
        HelpName = "ms",
    };

    private readonly Option<string> _camera = new("--camera")
    {
        Description = "The pipeline's camera shows the world, or is black.",
        HelpName = "shown|blanked",
        DefaultValueFactory = _ => "shown",
    };

    private readonly Option<double?> _cut = new("--camera-cut-at")
    {
        Description = "Time in each episode from which the pipeline receives no image, s.",
        HelpName = "seconds",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        _policy.AcceptOnlyFromAmong([.. PipelinePolicies.Names]);
        _camera.AcceptOnlyFromAmong("shown", "blanked");
        foreach (var option in (Option[])[_pipeline, _policy, _baselines, _dropped, _jitter, _camera, _cut])
            command.Add(option);
    }

    /// <summary>The requested evaluation; null without a pipeline.</summary>
    /// <exception cref="UserErrorException">An option is out of its range, or has no place here.</exception>
    public PipelineTrial? Read(CommandContext context, int episodes)
    {
        if (context.Get(_pipeline) is not { } pipeline)
        {
            Option[] about = [_policy, _baselines, _dropped, _jitter, _camera, _cut];
            return about.FirstOrDefault(o => context.Arguments.GetResult(o) is { Implicit: false }) is { } given
                ? throw new UserErrorException($"{given.Name} is about a pipeline; add --pipeline FILE.")
                : null;
        }

        var (dropped, jitter, cut) = (context.Get(_dropped), context.Get(_jitter), context.Get(_cut));
        if (dropped is not null and not (>= 0 and <= 1))
            throw new UserErrorException($"--frames-dropped takes 0 to 1, not {dropped}.");
        if (jitter is not (>= 0 and <= 1000))
            throw new UserErrorException($"--delay-jitter-ms takes 0 to 1000, not {jitter}.");
        if (cut is not null and not (>= 0 and <= 86400))
            throw new UserErrorException($"--camera-cut-at takes 0 to 86400, not {cut}.");
        const StringSplitOptions split = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        string[] baselines = context.Get(_baselines)?.Split(',', split) ?? [];
        if (baselines.FirstOrDefault(b => !PipelinePolicies.Names.Contains(b)) is { } unknown)
            throw new UserErrorException($"--beside knows no '{unknown}'; known: {string.Join(", ", PipelinePolicies.Names)}.");
        var faults = context.Get(_camera) == "blanked" || cut is not null
            ? new CameraFaultOptions(context.Get(_camera) == "blanked", cut)
            : null;
        return new PipelineTrial(pipeline, episodes, context.Get(_policy)!, baselines, dropped, TimeSpan.FromMilliseconds(jitter), faults);
    }
}
