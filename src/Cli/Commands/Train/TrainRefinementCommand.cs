using System.CommandLine;
using System.Globalization;
using Robotics.Cli.Shell;
using Robotics.Core.Errors;
using Robotics.Core.Randomness;
using Robotics.Data.Checkpoints;
using Robotics.Data.Storage;
using Robotics.Inference.Formats;
using Robotics.Learning.Estimators;
using Robotics.SequenceModels.Filtering;
using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Refinement;
using Robotics.SequenceModels.Sequences;
using Robotics.SequenceModels.Training;

namespace Robotics.Cli.Commands.Train;

/// <summary><c>robot train refinement</c>: amortized variational filtering for the loop, learned for a trained estimator.</summary>
internal sealed class TrainRefinementCommand
{
    private static readonly RefinementOptions Default = new();

    private readonly Option<string> _estimator = new("--estimator")
    {
        Description = "Run folder of './robot train estimator'; the refinement is written next to its model and used whenever the "
            + "estimator runs.",
        HelpName = "folder",
        Required = true,
    };

    private readonly Option<string?> _data = new("--data")
    {
        Description = "Folder with recorded episodes: trial 0 for training, trial 1 for validation [default: the run's own].",
        HelpName = "folder",
    };

    private readonly Option<int> _iterations = new("--iterations")
    {
        Description = "Iterations of the posterior at each correction, 1 to 32.",
        HelpName = "number",
        DefaultValueFactory = _ => Default.Iterations,
    };

    private readonly Option<int> _width = new("--width")
    {
        Description = "Units of the network's hidden layer, 1 to 4096.",
        HelpName = "number",
        DefaultValueFactory = _ => Default.Width,
    };

    private readonly Option<int> _updates = new("--updates")
    {
        Description = "Gradient steps, 1 to 10,000,000.",
        HelpName = "number",
        DefaultValueFactory = _ => Default.Updates,
    };

    private readonly Option<string?> _start = new("--start")
    {
        Description = "Initial posterior: the prior, or the product of experts [default: the experts where there are cameras, which enter "
            + "in no other way; otherwise the prior].",
        HelpName = "prior|experts",
    };

    /// <summary>Creates the command.</summary>
    public static Command Create(RobotCommandLine line)
    {
        var options = new TrainRefinementCommand();
        options._start.AcceptOnlyFromAmong("prior", "experts");
        var command = line.Create(
            "refinement", "Learn to improve a trained estimator's posterior in the loop, by the errors of what it predicts.",
            options.RunAsync);
        Option[] own =
        [
            options._estimator, options._data, options._iterations, options._width, options._updates,
            options._start,
        ];
        foreach (var option in own)
            command.Add(option);
        return command;
    }

    private Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var run = context.Get(_estimator)!;
        var folder = EstimatorFolder.ModelFolder(run);
        using var loaded = SequenceCheckpoint.Load(folder);
        if (loaded is not RecurrentStateSpaceModel { Options.Kind: SequenceModelKind.Rssm } rssm)
            throw new UserErrorException(
                $"The estimator in '{folder}' is of the kind '{loaded.Options.Kind.ToString().ToLowerInvariant()}'; only the kind 'rssm' "
                    + "can be refined.");
        var options = Asked(context, rssm.Layout);
        using var runLock = RunLock.Take(run, "job.lock");
        var (replay, measured) = EstimatorJob.Load(rssm.Layout, context.Get(_data) ?? EstimatorFolder.EpisodeFolder(run));
        using var model = new RssmFilteringModel(rssm);
        using var inference = Learn(context, model, replay, options, cancellationToken);
        var metadata = new Dictionary<string, string>
        {
            ["command"] = context.CommandLine,
            ["seed"] = context.Seed.ToString(CultureInfo.InvariantCulture),
        };
        RefinementCheckpoint.Save(folder, inference, metadata);
        var key = RandomKey.FromSeed(context.Seed).Derive("held-out");
        Report(
            context, inference, Path.Combine(folder, RefinementFile.FileName), RssmRefinement.Measure(model, null, measured, key),
            RssmRefinement.Measure(model, inference, measured, key));
        return Task.FromResult(0);
    }

    private RefinementOptions Asked(CommandContext context, SequenceLayout layout)
    {
        var options = new RefinementOptions
        {
            Iterations = context.Get(_iterations),
            Width = context.Get(_width),
            Updates = context.Get(_updates),
            StartsFromExperts = context.Get(_start) is { } start ? start == "experts" : null,
        };
        Check("--iterations", options.Iterations, 32);
        Check("--width", options.Width, 4096);
        Check("--updates", options.Updates, 10_000_000);
        if (options.StartsFromExperts == false && layout.Modalities.Any(m => m.IsImage))
            throw new UserErrorException(
                "--start prior would leave out the estimator's cameras, because their decoders do not run in the loop; leave the "
                    + "option out.");
        return options;
    }

    private static ErrorRefinement Learn(
        CommandContext context, RssmFilteringModel model, SequenceReplay replay, RefinementOptions options,
        CancellationToken cancellationToken)
    {
        using var bar = context.Output.StartProgress("train", options.Updates);
        return RssmRefinement.Learn(
            model, replay, options, RandomKey.FromSeed(context.Seed).Derive("refinement"),
            (update, bound) => bar.Report(update, string.Create(CultureInfo.InvariantCulture, $"bound {bound:F2}")), cancellationToken);
    }

    private static void Report(CommandContext context, ErrorRefinement inference, string file, double experts, double refined)
    {
        var output = context.Output;
        var start = inference.HasStart ? "experts" : "prior";
        output.Line(string.Create(
            CultureInfo.InvariantCulture, $"{inference.ParameterCount} weights, {inference.Iterations} iterations from the {start}"));
        output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"validation set, nats per step, reconstruction terms alone: {refined:F3}; product of experts: {experts:F3}"));
        output.Line($"Written to {file}; delete it to do without.");
        output.Add(new RefinementResult(refined, experts, inference.ParameterCount, inference.Iterations, file));
    }

    private static void Check(string option, int value, int most)
    {
        if (value < 1 || value > most)
            throw new UserErrorException($"{option} takes 1 to {most}, not {value}.");
    }

    /// <summary>The result. Immutable.</summary>
    /// <param name="HeldOutRefinedNatsPerStep">The bound on validation episodes with refinement, reconstruction terms alone.</param>
    /// <param name="HeldOutExpertsNatsPerStep">The same by the product of experts alone.</param>
    /// <param name="Parameters">Number of weights.</param>
    /// <param name="Iterations">Iterations per step.</param>
    /// <param name="File">File of the weights.</param>
    private sealed record RefinementResult(
        double HeldOutRefinedNatsPerStep, double HeldOutExpertsNatsPerStep, long Parameters, int Iterations, string File);
}
