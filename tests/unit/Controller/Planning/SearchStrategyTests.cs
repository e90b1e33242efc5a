using Robotics.Configuration.Binding;
using Robotics.Configuration.Yaml;
using Robotics.Controller.Planning;
using Robotics.Core.Errors;
using Robotics.Core.Rollouts;
using Robotics.Tests.Unit.Architecture;

namespace Robotics.Tests.Unit.Controller;

public sealed class SearchDistributionTests
{
    [Theory]
    [InlineData(0f, 0.25f, 0.25f)]
    [InlineData(0f, 4f, 0.25f)]
    [InlineData(0.5f, 0.25f, 0.0625f)]
    [InlineData(-0.8f, 0.25f, 0.01f)]
    [InlineData(0.5f, 0.01f, 0.01f)]
    [InlineData(1f, 0.25f, 0f)]
    public void ConstrainedVariance_NearABound_KeepsTwoSigmaInside(float mean, float variance, float expected) =>
        Assert.Equal(expected, CemSearch.ConstrainedVariance(mean, variance), 1e-6f);

    [Fact]
    public void Update_OneRound_SmoothsMeanAndPopulationVariance()
    {
        var options = new PlannerOptions { Horizon = 1, Population = 4, Elites = 2, Alpha = 0.2, Epsilon = 0.05 };
        var search = new CemSearch(options, 1);
        var candidates = new CandidateSet(4, 1, 1, 2) { Count = 4 };
        new float[] { 0.4f, 0.8f, -1f, -0.5f }.CopyTo(candidates.Actions, 0);
        new float[] { 5, 7, 1, float.NaN }.CopyTo(candidates.Rollouts.Returns, 0);
        search.Begin(1);
        candidates.Score(0, float.PositiveInfinity);
        candidates.SelectElites(2);

        search.Learn(candidates);

        // Elites 0.4 and 0.8: mean 0.6, variance 0.04; 0.2·0 + 0.8·0.6 and 0.2·0.25 + 0.8·0.04 = 0.082.
        Assert.Equal(0.48f, search.Solution[0], 1e-6f);
        Assert.Equal(6f, search.ExpectedReturn);
        Assert.False(search.HasConverged);
        search.Learn(candidates);
        Assert.True(search.HasConverged);
    }

    [Theory]
    [InlineData(false, 0.4f, 7f)]
    [InlineData(true, 0.54f, 6f)]
    public void Update_Icem_ExecutesTheBestOrOnDemandTheMean(bool returnMean, float action, float expectedReturn)
    {
        var options = new PlannerOptions
        {
            Kind = PlannerKind.Icem,
            Horizon = 1,
            Population = 4,
            Elites = 2,
            Alpha = 0.1,
            ReturnMean = returnMean,
        };
        var search = new IcemSearch(options, 1);
        var candidates = new CandidateSet(4, 1, 1, 2) { Count = 4 };
        new float[] { 0.4f, 0.8f, -1f, -0.5f }.CopyTo(candidates.Actions, 0);
        new float[] { 7, 5, 1, float.NaN }.CopyTo(candidates.Rollouts.Returns, 0);
        search.Begin(1);
        candidates.Score(0, float.PositiveInfinity);
        candidates.SelectElites(2);

        search.Learn(candidates);

        Assert.Equal(action, search.Solution[0], 1e-6f);
        Assert.Equal(expectedReturn, search.ExpectedReturn);
    }

    [Fact]
    public void SelectElites_TiesAndPoison_TakesTheEarlierAndNeverPoison()
    {
        var candidates = new CandidateSet(6, 1, 1, 4) { Count = 6 };
        new float[] { 1, float.NaN, 3, 1, float.PositiveInfinity, 2 }.CopyTo(candidates.Rollouts.Returns, 0);

        candidates.Score(0, float.PositiveInfinity);
        candidates.SelectElites(3);
        Assert.Equal([2, 5, 0], candidates.Elites.ToArray());

        candidates.Rollouts.Status.AsSpan().Fill(RolloutStatus.NotFinite);
        candidates.Score(0, float.PositiveInfinity);
        candidates.SelectElites(3);
        Assert.Equal(0, candidates.EliteCount);
    }

    [Fact]
    public void Validate_OutOfRange_NamesTheOption()
    {
        Assert.Equal(
            nameof(PlannerOptions.Horizon),
            Assert.Throws<ArgumentOutOfRangeException>(new PlannerOptions { Horizon = 0 }.Validate).ParamName);
        Assert.Equal(
            nameof(PlannerOptions.NoiseBeta),
            Assert.Throws<ArgumentOutOfRangeException>(new PlannerOptions { NoiseBeta = double.NaN }.Validate).ParamName);
        Assert.Contains(
            "500 elites", Assert.Throws<UserErrorException>(new PlannerOptions { Elites = 500 }.Validate).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "epsilon", Assert.Throws<UserErrorException>(new PlannerOptions { Epsilon = 0.3 }.Validate).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bind_ShippedTasks_GiveValidOptions()
    {
        var files = Directory.GetFiles(Path.Combine(Checkout.Root, "config", "tasks"), "*.yaml");
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            var section = YamlReader.ReadFile(file).Find("planner");
            Assert.NotNull(section);
            var options = OptionsBinder.Bind<PlannerOptions>(section.Value);
            Assert.NotEqual(0, options.Horizon);
        }
    }
}
