using Robotics.Benchmarks.Training;
using Robotics.Core.Randomness;

namespace Robotics.Tests.Unit.Benchmarks;

public sealed class TrainingPresetTests
{
    [Theory]
    [InlineData("pets-pusher")]
    [InlineData("rssm-small")]
    public void Train_AnyPreset_TakesAtLeastTheUpdatesAskedFor(string name)
    {
        using var preset = TrainingPreset.Create(name, RandomKey.FromSeed(1));

        Assert.InRange(preset.Train(1, TestContext.Current.CancellationToken), 1, 1000);
    }
}
