using Robotics.Core.Randomness;
using Robotics.Core.Streams;
using Robotics.Core.Threading;
using Robotics.Core.Time;
using Robotics.Inference.Formats;
using Robotics.SequenceModels.Filtering;
using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Refinement;
using Robotics.StateEstimation.Filters;
using Robotics.TorchExtras;

namespace Robotics.Benchmarks.Estimator;

/// <summary>
/// Compares, in one run, in turns and on one core, a filter's step in its compiled form with the same step by libtorch. Seven joints
/// and one camera of 64 × 64 pixels are read; weights are random. First, both filter the same readings, of which some are missing,
/// and the maximum difference of their beliefs is recorded. Both may refine their posteriors.
/// </summary>
internal sealed class EstimatorBenchmark : IDisposable
{
    private const int Frames = 32;
    private const int ComparedSteps = 100;
    private const double WarmUpSeconds = 0.7;
    private const double TurnSeconds = 0.1;
    private const double PeriodSeconds = 0.05;
    private const int RefinementWidth = 64;
    private readonly RssmFilteringModel _model;
    private readonly ErrorRefinement? _refinement;
    private readonly FilterReadings _readings;
    private readonly IClock _clock;

    /// <summary>Creates both filters.</summary>
    /// <param name="options">Sizes.</param>
    /// <param name="iterations">Iterations of a refinement that starts at the product of experts; 0 for none.</param>
    /// <param name="clock">Measures.</param>
    /// <param name="seed">Seed of weights and readings.</param>
    public EstimatorBenchmark(SequenceModelOptions options, int iterations, IClock clock, ulong seed)
    {
        _clock = clock;
        TorchProcess.Threads = 1;
        var key = RandomKey.FromSeed(seed);
        var joints = Enumerable.Range(1, 7).Select(i => $"q.joint{i}").ToArray();
        var layout = new SequenceLayout(
            [new SequenceModality("joints", joints, null), new SequenceModality("camera", [], new ImageFormat(64, 64, 3))], joints.Length,
            PeriodSeconds);
        var model = (RecurrentStateSpaceModel)SequenceModel.Create(layout, options, key.Derive("weights"));
        _model = new RssmFilteringModel(model);
        _refinement = iterations > 0 ? Refinement(iterations, key) : null;
        var libtorch = _refinement is null ? new RssmEstimator(model) : new RssmEstimator(_model, _refinement);
        _readings = new FilterReadings(Frames, libtorch.Modalities, layout.ActionDimension, PeriodSeconds, key.Derive("readings"));
        Libtorch = new StepTimer(libtorch, _readings, clock);
        var compiled = RssmExport.Compile(model);
        var refinement = _refinement is null ? null : RefinementExport.Compile(_refinement, _model, compiled);
        Compiled = new StepTimer(new CompiledRssmEstimator(compiled, refinement), _readings, clock);
    }

    /// <summary>Steps of the compiled filter.</summary>
    public StepTimer Compiled { get; }

    /// <summary>Steps by libtorch.</summary>
    public StepTimer Libtorch { get; }

    /// <summary>Maximum difference between the filters' beliefs, relative to the maximum of mean or std.</summary>
    public double MaximumRelativeError { get; private set; }

    /// <summary>True when this thread is pinned to a core for the measurement.</summary>
    public bool IsPinned { get; private set; }

    /// <summary>Measures.</summary>
    /// <param name="seconds">Duration of both measurements together, s.</param>
    /// <param name="report">Called with the elapsed time, s.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    public void Run(double seconds, Action<double> report, CancellationToken cancellationToken)
    {
        IsPinned = RealTime.TryPinCurrentThread(Environment.ProcessorCount - 1);
        for (var i = 0; i < ComparedSteps; i++)
        {
            Compiled.Step(complete: false);
            Libtorch.Step(complete: false);
            MaximumRelativeError = Math.Max(MaximumRelativeError, Math.Max(
                Difference(Libtorch.Belief.Mean, Compiled.Belief.Mean),
                Difference(Libtorch.Belief.StandardDeviation, Compiled.Belief.StandardDeviation)));
        }

        Turn(WarmUpSeconds, () => Compiled.Step(complete: true), cancellationToken);
        Turn(WarmUpSeconds, () => Libtorch.Step(complete: true), cancellationToken);
        var start = _clock.Now;
        do
        {
            Turn(TurnSeconds, Compiled.Run, cancellationToken);
            Turn(TurnSeconds, Libtorch.Run, cancellationToken);
            report((_clock.Now - start).TotalSeconds);
        }
        while ((_clock.Now - start).TotalSeconds < seconds);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _refinement?.Dispose();
        _model.Dispose();
    }

    private ErrorRefinement Refinement(int iterations, RandomKey key)
    {
        using var random = TorchRandom.Scope(key.Derive("refinement").Value);
        return new ErrorRefinement(_model, RefinementWidth, iterations, new ProductOfExperts(_model));
    }

    private void Turn(double seconds, Action step, CancellationToken cancellationToken)
    {
        var end = _clock.Now + TimeSpan.FromSeconds(seconds);
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            step();
        }
        while (_clock.Now < end);
    }

    private static double Difference(float[] expected, float[] found) =>
        expected.Zip(found, (e, f) => Math.Abs((double)e - f)).Max() / expected.Max(Math.Abs);
}
