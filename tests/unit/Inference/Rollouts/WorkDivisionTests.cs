using Robotics.Inference.Ensembles;
using Robotics.Inference.Rollouts;

namespace Robotics.Tests.Unit.Inference;

public class WorkDivisionTests
{
    [Theory]
    [InlineData(Propagation.TSInfinity, 5, 5)]
    [InlineData(Propagation.TSInfinity, 5, 20)]
    [InlineData(Propagation.TS1, 5, 20)]
    [InlineData(Propagation.DS, 5, 20)]
    [InlineData(Propagation.E, 5, 1)]
    [InlineData(Propagation.MM, 3, 3000)]
    public void For_AnyPopulation_GivesEveryParticleARowOfItsOwnWithinTheBlock(Propagation propagation, int members, int particles)
    {
        const int Most = 120;
        var division = new WorkDivision(propagation, members, particles, Most, workers: 2, vectorLanes: 16);
        for (var population = 1; population <= Most; population++)
        {
            var layout = division.For(population);
            var perItem = particles / division.Groups;
            var rows = Enumerable.Range(0, layout.Candidates)
                .SelectMany(c => Enumerable.Range(0, perItem).Select(p => layout.RowOf(c, p))).ToHashSet();

            Assert.Equal(layout.Candidates * perItem, rows.Count);
            Assert.InRange(rows.Max(), 0, layout.Rows - 1);
            Assert.InRange(layout.Rows, 1, division.MaximumRowsPerBlock);
            Assert.InRange(
                division.Items(population) / division.Groups * layout.Candidates, population, population + layout.Candidates - 1);
        }
    }

    // iCEM's populations with one particle per member: two workers have five items each, tiles of one vector where they suffice.
    [Theory]
    [InlineData(38, 32)]
    [InlineData(32, 16)]
    [InlineData(27, 16)]
    public void For_SmallPopulation_KeepsTwoWorkersEquallyBusy(int population, int rows)
    {
        var division = new WorkDivision(
            Propagation.TSInfinity, members: 5, particles: 5, maximumPopulation: 38, workers: 2, vectorLanes: 16);

        Assert.Equal(10, division.Items(population));
        Assert.Equal(rows, division.For(population).Rows);
    }
}
