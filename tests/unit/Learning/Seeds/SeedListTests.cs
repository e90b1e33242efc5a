using Robotics.Core.Errors;
using Robotics.Learning.Seeds;

namespace Robotics.Tests.Unit.Learning;

public class SeedListTests
{
    [Theory]
    [InlineData("3", new ulong[] { 1, 2, 3 })]
    [InlineData("1", new ulong[] { 1 })]
    [InlineData("7, 2,18446744073709551615", new ulong[] { 7, 2, ulong.MaxValue })]
    public void Parse_CountOrList_GivesTheSeeds(string text, ulong[] expected) => Assert.Equal(expected, SeedList.Parse(text));

    [Fact]
    public void Parse_CountOverASeed_GivesConsecutiveSeeds()
    {
        Assert.Equal([11, 12, 13], SeedList.Parse("3", first: 11));
        Assert.Equal([1, 2, 5], SeedList.Parse("1,2,5", first: 11));
        Assert.Equal([ulong.MaxValue], SeedList.Parse("1", first: ulong.MaxValue));
        var error = Assert.Throws<UserErrorException>(() => SeedList.Parse("2", first: ulong.MaxValue));
        Assert.StartsWith("--seed 18446744073709551615 leaves no room for 2 consecutive seeds", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1001")]
    [InlineData("")]
    [InlineData("1,,2")]
    [InlineData("1,1")]
    [InlineData("one")]
    public void Parse_AnythingElse_QuotesIt(string text) =>
        Assert.EndsWith($"not '{text}'.", Assert.Throws<UserErrorException>(() => SeedList.Parse(text)).Message);
}
