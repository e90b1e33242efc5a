using System.CommandLine;
using Robotics.Cli.Shell;
using Robotics.Core.Errors;
using Robotics.Inference.Formats;
using Robotics.Learning.Estimators;
using Robotics.TorchExtras;
using TorchSharp;

namespace Robotics.Cli.Commands.Train;

/// <summary><c>robot train estimator</c>: collects camera and joint episodes and trains a state estimator on them.</summary>
internal sealed class TrainEstimatorCommand
{
    private readonly TaskOptions _task = new("camera-reach");

    private readonly Option<string> _preset = new("--preset")
    {
        Description = "Sizes: 'small' for a CPU, 'planet' as published, for a GPU.",
        HelpName = "small|planet",
        DefaultValueFactory = _ => "small",
    };

    private readonly Option<string> _model = new("--model")
    {
        Description = "Kind of model.",
        HelpName = string.Join('|', Kinds()),
        DefaultValueFactory = _ => "rssm",
    };

    private readonly Option<int?> _updates = new("--updates")
    {
        Description = "Gradient steps in all; a resumed run counts earlier ones [default: the task's].",
        HelpName = "number",
    };

    private readonly Option<int?> _episodes = new("--episodes")
    {
        Description = "Training episodes [default: the task's].",
        HelpName = "number",
    };

    private readonly Option<string?> _data = new("--data")
    {
        Description = "Folder with recorded episodes to use in place of collecting: trial 0 for training, trial 1 for validation.",
        HelpName = "folder",
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
        var options = new TrainEstimatorCommand();
        options._preset.AcceptOnlyFromAmong("small", "planet");
        options._model.AcceptOnlyFromAmong(Kinds());
        options._device.AcceptOnlyFromAmong("cpu", "cuda");
        var command = line.Create(
            "estimator", "Train a state estimator on episodes with images; an interrupted run is resumed when --out names its folder.",
            options.RunAsync);
        options._task.AddTo(command);
        Option[] own =
        [
            options._preset, options._model, options._updates, options._episodes, options._data, options._device,
        ];
        foreach (var option in own)
            command.Add(option);
        return command;
    }

    /// <summary>The sizes of a preset.</summary>
    internal static SequenceModelOptions Preset(string name) => name == "planet" ? SequenceModelOptions.Planet : SequenceModelOptions.Small;

    private static string[] Kinds() => [.. Enum.GetNames<SequenceModelKind>().Select(n => n.ToLowerInvariant())];

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        Check("--updates", context.Get(_updates), 10_000_000);
        Check("--episodes", context.Get(_episodes), 100_000);
        if (context.Get(_device) == "cuda" && !TorchProcess.HasCuda)
            throw new UserErrorException(
                "--device cuda needs a GPU with NVIDIA's driver and libtorch for CUDA; call ./robot with ROBOT_TORCH=cuda in the "
                    + "environment, or leave the option out.");
        var kind = Enum.Parse<SequenceModelKind>(context.Get(_model)!, ignoreCase: true);
        var device = context.Get(_device) == "cuda" ? torch.CUDA : torch.CPU;
        var asked = new EstimatorRequest(
            Preset(context.Get(_preset)!) with { Kind = kind }, context.Get(_updates), context.Get(_episodes), device, context.Get(_data));
        await new EstimatorJob(context, _task.Read(context), asked).RunAsync(cancellationToken);
        return 0;
    }

    private static void Check(string option, int? value, int most)
    {
        if (value is < 1 || value > most)
            throw new UserErrorException($"{option} takes 1 to {most}, not {value}.");
    }
}
