using Robotics.StateEstimation.Kalman;
using Robotics.Studies.Mechanism;
using Robotics.Studies.Structure;
using Robotics.Studies.Worlds;

namespace Robotics.Studies.Estimators;

/// <summary>Filters and smoothers on systems with known exact posteriors.</summary>
internal sealed class KalmanStudy : IStudy
{
    /// <inheritdoc/>
    public string Name => "kalman";

    /// <inheritdoc/>
    public string Title => "Kalman filtering and smoothing";

    /// <inheritdoc/>
    public string Summary => "exact filtering and smoothing, tuning, and the cost of delayed measurements.";

    /// <inheritdoc/>
    public bool IsResumable => false;

    /// <inheritdoc/>
    public Task RunAsync(StudyRun run, CancellationToken cancellationToken)
    {
        SteadyState(run);
        Exact(run, cancellationToken);
        Tuning(run);
        LateData(run);
        Learned(run, cancellationToken);
        LearnedOscillator.Report(run, cancellationToken);
        return Task.CompletedTask;
    }

    private static void SteadyState(StudyRun run)
    {
        var model = LinearGaussianWorld.Oscillator();
        var motion = (DiscreteMotion)model.Motion;
        var sensor = model.Sensors[0];
        var solution = RiccatiEquation.Solve(motion.Transition, sensor.Observation, motion.Noise, sensor.Noise);
        var predicted = new KalmanFilter(model).Run(new LinearGaussianWorld(model).Sample(300, run.Key(0)).Steps).Predicted[^1].Covariance;
        var error = (predicted - solution).Data.Max(Math.Abs);
        run.Metric("riccati_error", error);
        run.Line();
        run.Require(
            "riccati", error < 1e-10,
            $"the filter's covariance converges to that of the Riccati equation: maximum difference {StudyRun.Number(error, "E1")}");
    }

    private static void Exact(StudyRun run, CancellationToken cancellationToken)
    {
        var (world, steps) = (new LinearGaussianWorld(LinearGaussianWorld.Oscillator()), run.IsQuick ? 300 : 1000);
        var (filtered, smoothed, particle, gap) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var seed = 0; seed < run.Seeds.Count; seed++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var sequence = world.Sample(steps, run.Key(seed).Derive("exact"), missing: 0.2, controlStd: 1);
            var trace = new KalmanFilter(world.Model).Run(sequence.Steps);
            var particleFilter = new ParticleFilter(new LinearParticleModel(world.Model), run.IsQuick ? 1000 : 5000);
            var particles = particleFilter.Run(sequence.Steps, run.Key(seed).Derive("particles"));
            filtered.Add(Error(sequence, trace.Filtered.Select(f => f.Mean)));
            smoothed.Add(Error(sequence, KalmanSmoother.Run(trace).States.Select(s => s.Mean)));
            particle.Add(Error(sequence, particles.Means));
            gap.Add((particles.LogLikelihood - trace.LogLikelihood) / steps);
        }

        run.Table(
            "A driven oscillator, its position measured in four steps out of five",
            ["", "root mean square error"],
            [
                ["Kalman filter", run.Metric("filter_rmse", filtered).ToString()],
                ["bootstrap particle filter", run.Metric("particle_rmse", particle).ToString()],
                ["Rauch-Tung-Striebel smoother", run.Metric("smoother_rmse", smoothed).ToString()],
            ]);
        var difference = run.Metric("particle_log_likelihood_gap_nats_per_step", gap).ToString("F4");
        run.Line($"  log-likelihood by particles minus the exact one: {difference} nats per step");
    }

    private static void Tuning(StudyRun run)
    {
        var rows = new List<IReadOnlyList<string>>();
        foreach (var (order, name, truth) in new[]
        {
            (KinematicOrder.ConstantVelocity, "constant_velocity", new KinematicParameters(0.5, 0.01)),
            (KinematicOrder.ConstantAcceleration, "constant_acceleration", new KinematicParameters(20, 0.0004)),
        })
        {
            double[] initialStd = [1, 1, 1];
            var world = new LinearGaussianWorld(KinematicMotion.Model(2, order, truth, initialStd), periodSeconds: 0.05);
            var (density, variance) = (new List<double>(), new List<double>());
            for (var seed = 0; seed < run.Seeds.Count; seed++)
            {
                var key = run.Key(seed).Derive(name);
                var tracks = Enumerable.Range(0, 4).Select(i => world.Sample(150, key.Derive((ulong)i)).Steps).ToArray();
                var found = new KinematicTuner(2, order, initialStd).Fit(tracks, new KinematicParameters(1, 0.1));
                density.Add(found.SpectralDensity / truth.SpectralDensity);
                variance.Add(found.SensorVariance / truth.SensorVariance);
            }

            rows.Add(
            [
                name.Replace('_', ' '),
                run.Metric(name + "_density_ratio", density).ToString(),
                run.Metric(name + "_variance_ratio", variance).ToString(),
            ]);
        }

        run.Table("Tuning by maximum likelihood: estimated divided by true", ["", "spectral density", "sensor variance"], rows);
    }

    private static void LateData(StudyRun run)
    {
        var study = new LateDataExperiment(LinearGaussianWorld.Oscillator(0.1), maximumTicksLate: 5);
        var steps = run.IsQuick ? 500 : 2000;
        var found = Enumerable.Range(0, run.Seeds.Count).Select(seed => study.Run(steps, run.Key(seed).Derive("late"))).ToArray();
        run.Table(
            "Readings that arrive 0 to 5 ticks late: root mean square error of the current state",
            ["", "root mean square error"],
            [
                ["no delay", run.Metric("late_on_time_rmse", [.. found.Select(f => f.OnTime)]).ToString()],
                ["applied at the capture tick, replayed", run.Metric("late_replayed_rmse", [.. found.Select(f => f.Replayed)]).ToString()],
                ["applied on arrival", run.Metric("late_on_arrival_rmse", [.. found.Select(f => f.OnArrival)]).ToString()],
                ["discarded when late", run.Metric("late_left_out_rmse", [.. found.Select(f => f.LeftOut)]).ToString()],
            ]);
        run.Require(
            "late_replay", found.All(f => f.Replayed < f.OnArrival && f.Replayed < f.LeftOut),
            "replaying late data is better than applying them on arrival and than discarding them, on every seed");
    }

    private static void Learned(StudyRun run, CancellationToken cancellationToken)
    {
        var study = PosteriorStructureStudy.Study(run);
        using var progress = run.Context.Output.StartProgress("learning posteriors", 2 * run.Seeds.Count);
        var (filtering, smoothing) = (new List<StructureResult>(), new List<StructureResult>());
        for (var seed = 0; seed < run.Seeds.Count; seed++)
        {
            filtering.Add(study.RunLinear(PosteriorStructure.Filtering, run.Key(seed).Derive("learned"), cancellationToken));
            progress.Report((2 * seed) + 1);
            smoothing.Add(study.RunLinear(PosteriorStructure.Structured, run.Key(seed).Derive("learned"), cancellationToken));
            progress.Report((2 * seed) + 2);
        }

        var filter = run.Metric("filtering_elbo_gap_nats_per_step", [.. filtering.Select(f => f.OptimumPerStep - f.ElboPerStep)]);
        var smoother = run.Metric("smoothing_gap_nats_per_step", [.. smoothing.Select(s => s.LogLikelihoodPerStep - s.ElboPerStep)]);
        double[] below = [.. filtering.Select(f => f.LogLikelihoodPerStep - f.OptimumPerStep)];
        run.Metric("filtering_optimum_below_log_likelihood_nats_per_step", below);
        run.Line();
        run.Line("Posteriors trained on the oscillator with known parameters");
        run.Require(
            "filtering_elbo", filter.Mean <= 0.02,
            $"the filtering bound is within 0.02 nats per step of its family's optimum: {filter.ToString("F4")}");
        run.Require(
            "smoothing_elbo", smoother.Mean <= 0.02,
            $"the smoothing bound, full covariance, is within 0.02 nats per step of the log-likelihood: {smoother.ToString("F4")}");
    }

    private static double Error(RecordedSequence sequence, IEnumerable<double[]> means) =>
        Math.Sqrt(means.Zip(sequence.States, (mean, truth) => mean.Zip(truth, (a, b) => (a - b) * (a - b)).Sum()).Average());
}
