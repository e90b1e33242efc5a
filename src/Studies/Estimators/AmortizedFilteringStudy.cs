using Robotics.SequenceModels.Refinement;
using Robotics.Studies.Amortization;
using Robotics.Studies.Mechanism;

namespace Robotics.Studies.Estimators;

/// <summary>Amortized variational filtering compared with direct amortisation, on data on which the latter performs poorly.</summary>
internal sealed class AmortizedFilteringStudy : IStudy
{
    /// <inheritdoc/>
    public string Name => "avf";

    /// <inheritdoc/>
    public string Title => "Amortized variational filtering";

    /// <inheritdoc/>
    public string Summary => "amortized variational filtering compared with direct encoders of equal numbers of parameters.";

    /// <inheritdoc/>
    public bool IsResumable => false;

    /// <inheritdoc/>
    public Task RunAsync(StudyRun run, CancellationToken cancellationToken)
    {
        var sizes = run.IsQuick
            ? new AmortizationSizes(300, 300, 10, 32, 256, 16, 200, 64)
            : new AmortizationSizes(1000, 2000, 12, 64, 256, 64, 500, 64);
        var stateSpaceSizes = run.IsQuick ? sizes : sizes with { InferenceUpdates = 800 };
        var recurrent = AmortizationExperiment.FromRecurrentNetwork(AmortizationData.GainShifts, AmortizationData.SensorNoise, sizes);
        var stateSpace = AmortizationExperiment.FromStateSpaceModel(
            AmortizationData.GainShifts, AmortizationData.SensorNoise, stateSpaceSizes);
        var pendulum = AmortizationExperiment.FromRecurrentNetwork(AmortizationData.Pendulum, 0.1, sizes);
        var met = Report(run, "gain_shifts", "A two-dimensional non-linear sensor with gain shifts", recurrent, cancellationToken);
        _ = Report(run, "gain_shifts_rssm", "The same sensor with a recurrent state-space model", stateSpace, cancellationToken);
        met |= Report(run, "pendulum", "Images of a pendulum, 16×16, with occlusion bars", pendulum, cancellationToken);
        run.Require(
            "avf_4", met,
            "AVF-4's median gap is at most 0.5 × the direct encoder's and 0.8 × that of one four times as wide, on at least one data set");
        return Task.CompletedTask;
    }

    private static bool Report(StudyRun run, string data, string title, AmortizationExperiment study, CancellationToken cancellationToken)
    {
        using var progress = run.Context.Output.StartProgress(title, run.Seeds.Count * 8L);
        var done = 0;
        var seeds = new List<IReadOnlyList<InferenceResult>>();
        for (var seed = 0; seed < run.Seeds.Count; seed++)
            seeds.Add(study.Run(run.Key(seed).Derive(data), name => progress.Report(done++, name), cancellationToken));
        var rows = seeds[0].Select(r => r.Condition)
            .Select(name => Row(run, data, name, [.. seeds.Select(s => s.Single(r => r.Condition == name))])).ToArray();
        run.Table(title, ["inference", "weights", "median gap, nats", "ELBO, nats per step", "IWAE-64, nats per step"], rows);
        var fall12 = run.Metric($"{data}_gap_fall_1_to_2_nats", Paired(seeds, "avf_1", "avf_2"));
        var fall24 = run.Metric($"{data}_gap_fall_2_to_4_nats", Paired(seeds, "avf_2", "avf_4"));
        run.Require(
            $"{data}_gap_falls", fall12.Low > 0 && fall24.Low > 0,
            $"the gap falls from 1 to 2 to 4 iterations (paired): by {fall12} and {fall24} nats");
        var ratio = run.Metric($"{data}_avf_4_over_direct", [.. seeds.Select(s => Gap(s, "avf_4") / Gap(s, "direct"))]);
        var wide = run.Metric($"{data}_avf_4_over_direct_4x", [.. seeds.Select(s => Gap(s, "avf_4") / Gap(s, "direct_4x"))]);
        run.Line($"  AVF-4's gap over the direct encoder's: {ratio}; over that of one four times as wide: {wide}");
        return ratio.Mean <= 0.5 && wide.Mean <= 0.8;
    }

    private static string[] Row(StudyRun run, string data, string condition, InferenceResult[] results) =>
    [
        condition.Replace('_', ' '),
        StudyRun.Number(results[0].Parameters, "F0"),
        run.Metric($"{data}_{condition}_gap_nats", [.. results.Select(r => r.Gap)]).ToString(),
        run.Metric($"{data}_{condition}_elbo_nats_per_step", [.. results.Select(r => r.BoundPerStep)]).ToString(),
        run.Metric($"{data}_{condition}_iwae_nats_per_step", [.. results.Select(r => r.ImportanceWeightedPerStep)]).ToString(),
    ];

    private static double[] Paired(List<IReadOnlyList<InferenceResult>> seeds, string from, string to) =>
        [.. seeds.Select(s => Gap(s, from) - Gap(s, to))];

    private static double Gap(IReadOnlyList<InferenceResult> results, string condition) =>
        results.Single(r => r.Condition == condition).Gap;
}
