using Robotics.StateEstimation.Kalman;
using Robotics.Studies.Mechanism;
using Robotics.Studies.Structure;
using Robotics.Studies.Worlds;

namespace Robotics.Studies.Estimators;

/// <summary>Filters and smoothers on systems whose exact answer is known.</summary>
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
        var predicted = new KalmanFilter(model).Run(new LinearGaussianWorld(model).Draw(300, run.Key(0)).Steps).Predicted[^1].Covariance;
        var error = (predicted - solution).Data.Max(Math.Abs);
        run.Metric("riccati_error", error);
        run.Line();
        run.Require("riccati", error < 1e-10, $"the filter's covariance reaches the Riccati equation's solution: largest difference {StudyRun.Number(error, "E1")}");
    }

    private static void Exact(StudyRun run, CancellationToken cancellationToken)
    {
        var (world, steps) = (new LinearGaussianWorld(LinearGaussianWorld.Oscillator()), run.IsQuick ? 300 : 1000);
        var (filtered, smoothed, particle, gap) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var seed = 0; seed < run.Seeds.Count; seed++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var sequence = world.Draw(steps, run.Key(seed).Derive("exact"), missing: 0.2, controlSpread: 1);
            var trace = new KalmanFilter(world.Model).Run(sequence.Steps);
            var particles = new ParticleFilter(new LinearParticleModel(world.Model), run.IsQuick ? 1000 : 5000).Run(sequence.Steps, run.Key(seed).Derive("particles"));
            filtered.Add(Error(sequence, trace.Filtered.Select(f => f.Mean)));
            smoothed.Add(Error(sequence, KalmanSmoother.Run(trace).States.Select(s => s.Mean)));
            particle.Add(Error(sequence, particles.Means));
            gap.Add((particles.LogLikelihood - trace.LogLikelihood) / steps);
        }

        run.Table(
            "An oscillator that is pushed, its position seen in four steps out of five",
            ["", "root mean square error"],
            [
                ["Kalman filter", run.Metric("filter_rmse", filtered).ToString()],
                ["bootstrap particle filter", run.Metric("particle_rmse", particle).ToString()],
                ["Rauch-Tung-Striebel smoother", run.Metric("smoother_rmse", smoothed).ToString()],
            ]);
        run.Line($"  log-likelihood by particles less the exact one: {run.Metric("particle_log_likelihood_gap_nats_per_step", gap).ToString("F4")} nats a step");
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
            double[] spread = [1, 1, 1];
            var world = new LinearGaussianWorld(KinematicMotion.Model(2, order, truth, spread), periodSeconds: 0.05);
            var (density, variance) = (new List<double>(), new List<double>());
            for (var seed = 0; seed < run.Seeds.Count; seed++)
            {
                var tracks = Enumerable.Range(0, 4).Select(i => world.Draw(150, run.Key(seed).Derive(name).Derive((ulong)i)).Steps).ToArray();
                var found = new KinematicTuner(2, order, spread).Fit(tracks, new KinematicParameters(1, 0.1));
                density.Add(found.SpectralDensity / truth.SpectralDensity);
                variance.Add(found.SensorVariance / truth.SensorVariance);
            }

            rows.Add([name.Replace('_', ' '), run.Metric(name + "_density_ratio", density).ToString(), run.Metric(name + "_variance_ratio", variance).ToString()]);
        }

        run.Table("Tuning by maximum likelihood: found over true", ["", "spectral density", "sensor variance"], rows);
    }

    private static void LateData(StudyRun run)
    {
        var study = new LateDataExperiment(LinearGaussianWorld.Oscillator(0.1), mostTicksLate: 5);
        var found = Enumerable.Range(0, run.Seeds.Count).Select(seed => study.Run(run.IsQuick ? 500 : 2000, run.Key(seed).Derive("late"))).ToArray();
        run.Table(
            "Readings that arrive 0 to 5 ticks late: root mean square error now",
            ["", "root mean square error"],
            [
                ["nothing late", run.Metric("late_on_time_rmse", [.. found.Select(f => f.OnTime)]).ToString()],
                ["applied where captured, replayed", run.Metric("late_replayed_rmse", [.. found.Select(f => f.Replayed)]).ToString()],
                ["fed when it arrives", run.Metric("late_on_arrival_rmse", [.. found.Select(f => f.OnArrival)]).ToString()],
                ["left out when late", run.Metric("late_left_out_rmse", [.. found.Select(f => f.LeftOut)]).ToString()],
            ]);
        run.Require("late_replay", found.All(f => f.Replayed < f.OnArrival && f.Replayed < f.LeftOut), "replaying late data is better than feeding them when they arrive and than leaving them out, on every seed");
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
        run.Metric("filtering_optimum_below_log_likelihood_nats_per_step", [.. filtering.Select(f => f.LogLikelihoodPerStep - f.OptimumPerStep)]);
        run.Line();
        run.Line("Posteriors learned on the oscillator, its parameters known");
        run.Require("filtering_elbo", filter.Mean <= 0.02, $"the filtering bound is within 0.02 nats a step of its family's optimum: {filter.ToString("F4")}");
        run.Require("smoothing_elbo", smoother.Mean <= 0.02, $"the smoothing bound, full covariance, is within 0.02 nats a step of the log-likelihood: {smoother.ToString("F4")}");
    }

    private static double Error(RecordedSequence sequence, IEnumerable<double[]> means) =>
        Math.Sqrt(means.Zip(sequence.States, (mean, truth) => mean.Zip(truth, (a, b) => (a - b) * (a - b)).Sum()).Average());
}
