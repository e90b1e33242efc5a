using System.Globalization;
using Robotics.Core.Rollouts;
using Robotics.Core.Streams;
using Robotics.Data.Episodes;
using Robotics.Drivers.Simulation.Mujoco;
using Robotics.Drivers.Simulation.World;
using Robotics.Learning.Displays;
using Robotics.Learning.Episodes;
using Robotics.Learning.Sessions;
using Robotics.Reporting.Images;
using Robotics.Reporting.Numbers;
using Robotics.Reporting.Output;
using Robotics.Reporting.Pages;
using Robotics.Runtime.Tasks;

namespace Robotics.Learning.Evaluation;

/// <summary>Evaluates a model on initial states outside its training set, and records a film of the first episode. One thread.</summary>
/// <param name="Result">The episodes.</param>
/// <param name="Film">Images of the first episode; null when there are none.</param>
/// <param name="WhyNoFilm">Reason without a film, one sentence; null when there is one.</param>
internal sealed record FilmedEvaluation(EvaluationResult Result, Film? Film, string? WhyNoFilm)
{
    private const int ImagesPerSecond = 10;
    private static readonly RenderOptions Size = new() { Width = 224, Height = 168, Shadows = true };

    /// <summary>Runs the episodes; null when none are requested.</summary>
    /// <param name="context">The command.</param>
    /// <param name="request">The task.</param>
    /// <param name="model">The planner's model.</param>
    /// <param name="episodes">Number of episodes.</param>
    /// <param name="folder">Folder of the recorded episodes.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public static async Task<FilmedEvaluation?> RunAsync(
        RunContext context, TaskRequest request, ITrajectoryEvaluator model, int episodes, string folder,
        CancellationToken cancellationToken)
    {
        if (episodes == 0)
            return null;
        var (session, whyNoFilm) = await OpenAsync(context, request, cancellationToken);
        await using var closing = session;
        using var camera = session.World.Cameras.FirstOrDefault(c => c.Spec.Name == CameraName)?.OpenReader(4);
        using var display = new FilmDisplay(camera, new EvaluationDisplay(context.Output, "learned", episodes));
        var result = await new EvaluationExperiment(session.Environment, context.Clock, display)
            .RunAsync(session.CreateController("planner", model), episodes, context.Seed, folder, cancellationToken);
        var caption = $"Task {session.Task.Name}, first evaluation episode: {DescribeFirst(result)}";
        var film = display.Images.Count == 0 ? null : new Film(caption, display.Images, TimeSpan.FromSeconds(1.0 / ImagesPerSecond));
        return new FilmedEvaluation(
            result, film, whyNoFilm ?? (film is null ? "The robot's model has no camera, so there is no film." : null));
    }

    private const string CameraName = "report";

    private static string DescribeFirst(EvaluationResult result) => result.Episodes.FirstOrDefault(e => e.Header.Index == 0) is { } first
        ? string.Create(CultureInfo.InvariantCulture, $"return {first.Return:F1}")
        : "the simulation diverged";

    /// <summary>Opens the task with a camera, or without one where the machine cannot render: the evaluation does not need it.</summary>
    private static async Task<(LearningSession Session, string? WhyNoFilm)> OpenAsync(
        RunContext context, TaskRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return (await LearningSession.OpenAsync(request with { Simulation = AddCamera }, cancellationToken), null);
        }
        catch (RenderingUnavailableException e)
        {
            context.Output.Note($"There will be no film. {e.Message}");
            return (await LearningSession.OpenAsync(request, cancellationToken), e.Message);
        }
    }

    private static SimulationOptions AddCamera(SimulationOptions options)
    {
        using var model = MujocoModel.Load(options.ModelPath);
        var cameras = new MujocoModelCatalog(model).Cameras;
        if (cameras.Count == 0)
            return options;
        var camera = new SimulatedCameraOptions
        {
            Name = CameraName,
            Camera = cameras.Contains("scene") ? "scene" : cameras[0],
            Render = Size,
            RateHz = ImagesPerSecond,
        };
        return options with { Cameras = [.. options.Cameras, camera] };
    }

    /// <summary>Collects the first episode's images while another display shows progress.</summary>
    private sealed class FilmDisplay(IStreamReader<ImageLease>? camera, EvaluationDisplay shown) : IExperimentProgress, IDisposable
    {
        public List<Image> Images { get; } = [];

        public void Resumed(int lastTrial) => shown.Resumed(lastTrial);

        public void TrainingProgressed(int trial, double share) => shown.TrainingProgressed(trial, share);

        public void StepTaken(in StepProgress step)
        {
            shown.StepTaken(step);
            while (camera is not null && camera.TryRead(out var sample))
            {
                if (step.Episode == 0)
                    Images.Add(Image.CopyOf(sample.Value));
                sample.Value.Dispose();
            }
        }

        public void EpisodeEnded(Episode episode) => shown.EpisodeEnded(episode);

        public void TrialEnded(TrialReport report) => shown.TrialEnded(report);

        public void Dispose() => shown.Dispose();
    }
}
