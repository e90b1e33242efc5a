using Robotics.Studies.Mechanism;
using Robotics.Studies.Structure;

namespace Robotics.Studies.Estimators;

/// <summary>Bounds and errors of variational posteriors by structure: mean-field, Markovian, structured, filtering.</summary>
internal sealed class PosteriorStructureStudy : IStudy
{
    private static readonly PosteriorStructure[] Families = Enum.GetValues<PosteriorStructure>();

    /// <inheritdoc/>
    public string Name => "structure";

    /// <inheritdoc/>
    public string Title => "Structure of variational posteriors";

    /// <inheritdoc/>
    public string Summary => "families of variational posteriors compared with their optima and with exact or particle references.";

    /// <inheritdoc/>
    public bool IsResumable => false;

    /// <summary>The experiment with the sizes of this run.</summary>
    public static StructureExperiment Study(StudyRun run) => new(
        steps: run.IsQuick ? 15 : 30, testSequences: run.IsQuick ? 64 : 256,
        new ChainTrainingOptions { Updates = run.IsQuick ? 1000 : 2000 });

    /// <inheritdoc/>
    public Task RunAsync(StudyRun run, CancellationToken cancellationToken)
    {
        var study = Study(run);
        using var progress = run.Context.Output.StartProgress("learning posteriors", 2 * run.Seeds.Count * Families.Length);
        var (linear, pendulum, done) = (new List<StructureResult>(), new List<StructureResult>(), 0);
        for (var seed = 0; seed < run.Seeds.Count; seed++)
        {
            foreach (var family in Families)
            {
                linear.Add(study.RunLinear(family, run.Key(seed).Derive("linear"), cancellationToken));
                progress.Report(++done, $"oscillator, {FamilyName(family)}");
                pendulum.Add(study.RunPendulum(family, run.Key(seed).Derive("pendulum"), cancellationToken));
                progress.Report(++done, $"pendulum, {FamilyName(family)}");
            }
        }

        Report(run, "linear", "Oscillator, linear-Gaussian; reference: the exact log-likelihood", linear);
        Report(run, "pendulum", "Pendulum; reference: the log-likelihood by particles", pendulum);
        return Task.CompletedTask;
    }

    private static void Report(StudyRun run, string system, string title, List<StructureResult> results)
    {
        StructureResult[] Of(PosteriorStructure family) => [.. results.Where(r => r.Structure == family)];
        SeedMetric From(string name, PosteriorStructure family, Func<StructureResult, double> value) =>
            run.Metric($"{system}_{Key(family)}_{name}", [.. Of(family).Select(value)]);

        var rows = new List<IReadOnlyList<string>>();
        var elbo = new Dictionary<PosteriorStructure, SeedMetric>();
        var error = new Dictionary<PosteriorStructure, SeedMetric>();
        foreach (var family in Families)
        {
            elbo[family] = From("elbo_nats_per_step", family, r => r.ElboPerStep);
            error[family] = From("state_rmse", family, r => r.StateError);
            var optimum = double.IsNaN(results[0].OptimumPerStep)
                ? ""
                : From("optimum_nats_per_step", family, r => r.OptimumPerStep).ToString();
            rows.Add([FamilyName(family), elbo[family].ToString(), optimum, error[family].ToString()]);
        }

        double[] likelihood = [.. Of(Families[0]).Select(r => r.LogLikelihoodPerStep)];
        rows.Add(["reference", run.Metric($"{system}_log_likelihood_nats_per_step", likelihood).ToString(), "", ""]);
        run.Table(title, ["family", "ELBO, nats per step", "optimum", "state error"], rows);
        var meanField = elbo[PosteriorStructure.MeanField];
        var markovian = elbo[PosteriorStructure.Markovian];
        var structured = elbo[PosteriorStructure.Structured];
        var gain = Paired(results, PosteriorStructure.Markovian, PosteriorStructure.MeanField);
        run.Require(
            $"{system}_mean_field_below_markovian", gain.All(g => g > 0),
            $"mean-field < Markovian in ELBO, on every seed: {meanField} and {markovian}");
        gain = Paired(results, PosteriorStructure.Structured, PosteriorStructure.Markovian);
        run.Require(
            $"{system}_markovian_at_most_structured", gain.All(g => g >= 0),
            $"Markovian ≤ structured in ELBO, on every seed: {markovian} and {structured}");
        var worse = Of(PosteriorStructure.Filtering).Zip(Of(PosteriorStructure.Structured), (f, s) => f.StateError - s.StateError);
        run.Require(
            $"{system}_filtering_worse_than_smoothing", worse.All(w => w > 0),
            "filtering is worse than smoothing in state error, on every seed: "
            + $"{error[PosteriorStructure.Filtering]} and {error[PosteriorStructure.Structured]}");
    }

    private static IEnumerable<double> Paired(List<StructureResult> results, PosteriorStructure better, PosteriorStructure worse) =>
        results.Where(r => r.Structure == better).Zip(results.Where(r => r.Structure == worse), (b, w) => b.ElboPerStep - w.ElboPerStep);

    private static string FamilyName(PosteriorStructure family) => family == PosteriorStructure.MeanField ? "mean-field" : Key(family);

    private static string Key(PosteriorStructure family) =>
        family == PosteriorStructure.MeanField ? "mean_field" : family.ToString().ToLowerInvariant();
}
