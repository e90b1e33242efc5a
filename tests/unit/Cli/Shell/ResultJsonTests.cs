using System.Runtime.CompilerServices;
using Robotics.Learning.Evaluation;
using Robotics.Learning.Jobs;
using Robotics.Learning.Seeds;
using Robotics.Reporting.Numbers;
using Robotics.Reporting.Output;

namespace Robotics.Tests.Unit.Cli;

public class ResultJsonTests
{
    [Fact]
    public void From_Record_WritesIntervalsAsPairsAndNoNumberAsNull()
    {
        var interval = new Interval(0, double.PositiveInfinity);
        double[] values = [1, double.NaN];
        var json = ResultJson.From(new { ReturnMean = 0.5, Worst = double.NaN, SuccessInterval = interval, Values = values });

        Assert.Equal("""{"return_mean":0.5,"worst":null,"success_interval":[0,null],"values":[1,null]}""", json.ToJsonString());
    }

    /// <summary>Scripts read these keys, so that a property that is renamed must keep its key.</summary>
    [Theory]
    [InlineData(
        typeof(LatentResult),
        "episodes success_rate success_interval return_mean return_sd final_distance_m_median final_distance_m_p90 "
        + "seconds_to_success_median decision_ms_p50 decision_ms_p99 returns episodes_diverged "
        + "decisions_without_finite_rollout final_distances_m")]
    [InlineData(
        typeof(WallClockResult),
        "rate_hz achieved_hz ticks missed missed_by_waking missed_by_overrun lateness_us work_us misses miss_share decision_us "
        + "plans plans_late plans_truncated plans_without_finite_rollout servo episodes successes seconds allocated_bytes "
        + "collections simulator streams stream_faults replayed_ticks beliefs_not_finite controller_cores")]
    [InlineData(typeof(StreamResult), "name fault age_ms delay_ms delay_spread_ms good refused lost late too_late")]
    [InlineData(typeof(QuantileResult), "p50 p99 p999 max")]
    [InlineData(typeof(SimulatorResult), "cores share_of_machine pictures_per_second pictures_lost")]
    [InlineData(
        typeof(SeedsResult),
        "run_folder task seeds random_return oracle_return returns returns_sd returns_low95 returns_high95 returns_min "
        + "returns_median returns_max returns_best_so_far returns_by_seed returns_area score_area scores published success_rates "
        + "episodes_diverged decisions_without_finite_rollout evaluation_return seconds_total seconds_training peak_memory_mb report")]
    public void From_PublishedResult_KeepsItsKeys(Type type, string keys) =>
        Assert.Equal(keys.Split(' ').Order(), ResultJson.From(RuntimeHelpers.GetUninitializedObject(type)).Select(p => p.Key).Order());
}
