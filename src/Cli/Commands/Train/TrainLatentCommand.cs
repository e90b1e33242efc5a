using System.CommandLine;
using Robotics.Cli.Shell;
using Robotics.Core.Errors;
using Robotics.Learning.Latent;
using Robotics.TorchExtras;
using TorchSharp;

namespace Robotics.Cli.Commands.Train;

/// <summary><c>robot train latent</c>: learns to reach from pixels by planning in the belief.</summary>
internal sealed class TrainLatentCommand
{
    private readonly TaskOptions _task = new("camera-reach");

    private readonly Option<string> _preset = new("--preset")
    {
        Description = "Sizes of a new model: 'small' for a CPU, 'planet' as published, for a GPU.",
        HelpName = "small|planet",
        DefaultValueFactory = _ => "small",
    };

    private readonly Option<string?> _estimator = new("--estimator")
    {
        Description = "Run folder of './robot train estimator': training starts with its filter and its episodes, in place of random "
            + "episodes and a new model.",
        HelpName = "folder",
    };

    private readonly Option<int?> _seedEpisodes = new("--seed-episodes")
    {
        Description = "Initial episodes of random actions [default: the task's].",
        HelpName = "number",
    };

    private readonly Option<int?> _seedUpdates = new("--seed-updates")
    {
        Description = "Gradient steps before the first planned episode [default: the task's].",
        HelpName = "number",
    };

    private readonly Option<int?> _episodes = new("--episodes")
    {
        Description = "Episodes under the planner; a resumed run counts earlier ones [default: the task's].",
        HelpName = "number",
    };

    private readonly Option<int?> _updates = new("--updates")
    {
        Description = "Gradient steps after each planned episode [default: the task's].",
        HelpName = "number",
    };

    private readonly Option<string> _device = new("--device")
    {
        Description = "Training device.",
        HelpName = "cpu|cuda",
        DefaultValueFactory = _ => "cpu",
    };

    /// <summary>Creates the command.</summary>
    public static Command Create(RobotCommandLine line)
    {
        var options = new TrainLatentCommand();
        options._preset.AcceptOnlyFromAmong("small", "planet");
        options._device.AcceptOnlyFromAmong("cpu", "cuda");
        var command = line.Create(
            "latent",
            "Learn to act from cameras and joints by planning in the belief: collect, train, plan; an interrupted run is resumed when "
                + "--out names its folder.", options.RunAsync);
        options._task.AddTo(command);
        Option[] own =
        [
            options._preset, options._estimator, options._seedEpisodes, options._seedUpdates, options._episodes,
            options._updates, options._device,
        ];
        foreach (var option in own)
            command.Add(option);
        return command;
    }

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        Check("--seed-episodes", context.Get(_seedEpisodes), 1, 100_000);
        Check("--seed-updates", context.Get(_seedUpdates), 1, 10_000_000);
        Check("--episodes", context.Get(_episodes), 0, 100_000);
        Check("--updates", context.Get(_updates), 0, 100_000);
        if (context.Get(_device) == "cuda" && !TorchProcess.HasCuda)
            throw new UserErrorException(
                "--device cuda needs a GPU with NVIDIA's driver and libtorch for CUDA; call ./robot with ROBOT_TORCH=cuda in the "
                    + "environment, or leave the option out.");
        if (context.Get(_estimator) is not null && context.Get(_seedUpdates) is not null)
            throw new UserErrorException(
                "--seed-updates are those before the first planned episode, and --estimator brings a filter that has them behind it; give "
                    + "one of them.");
        var device = context.Get(_device) == "cuda" ? torch.CUDA : torch.CPU;
        var asked = new LatentRequest(
            TrainEstimatorCommand.Preset(context.Get(_preset)!), context.Get(_estimator) is { } run ? Path.GetFullPath(run) : null,
            context.Get(_seedEpisodes), context.Get(_seedUpdates), context.Get(_episodes), context.Get(_updates), device);
        await new LatentTraining(context, _task.Read(context), asked).RunAsync(cancellationToken);
        return 0;
    }

    private static void Check(string option, int? value, int least, int most)
    {
        if (value < least || value > most)
            throw new UserErrorException($"{option} takes {least} to {most}, not {value}.");
    }
}
