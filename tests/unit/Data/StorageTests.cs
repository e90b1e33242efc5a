using Robotics.Core.Errors;
using Robotics.Data.Metrics;
using Robotics.Data.Storage;
using Robotics.Testing;

namespace Robotics.Tests.Unit.Data;

public sealed class StorageTests : IDisposable
{
    private static readonly string[] Columns = ["trial", "return", "note"];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void MetricsWriter_ResumedAfterATornLine_GoesOnAfterTheLastCompletedTrial()
    {
        using (var metrics = new MetricsWriter(_folder.Path, "trials", Columns))
        {
            for (var trial = 0; trial < 3; trial++)
                metrics.Append(new MetricsRow(trial).Add("return", trial + 0.1).Add("note", "a, \"b\"").Add("extra", double.NaN));
        }

        File.AppendAllText(_folder.File("trials.jsonl"), "{\"trial\":3,\"ret");
        File.AppendAllText(_folder.File("trials.csv"), "3,0.");
        using (var metrics = new MetricsWriter(_folder.Path, "trials", Columns, lastTrial: 1))
            metrics.Append(new MetricsRow(2).Add("return", 9));
        Assert.Equal(
            ["trial,return,note", "0,0.1,\"a, \"\"b\"\"\"", "1,1.1,\"a, \"\"b\"\"\"", "2,9,"],
            File.ReadAllLines(_folder.File("trials.csv")));
        Assert.Equal("{\"trial\":2,\"return\":9}", File.ReadAllLines(_folder.File("trials.jsonl"))[2]);
        Assert.Contains("\"extra\":null", File.ReadAllLines(_folder.File("trials.jsonl"))[0], StringComparison.Ordinal);
    }

    [Fact]
    public void RunLock_TakenTwice_RefusesTheSecondUntilTheFirstEnds()
    {
        using (RunLock.Take(_folder.Path))
            Assert.Contains(
                "in use", Assert.Throws<UserErrorException>(() => RunLock.Take(_folder.Path)).Message, StringComparison.Ordinal);
        RunLock.Take(_folder.Path).Dispose();
    }

    [Fact]
    public void Guard_FullDisk_SaysSoWithThePath()
    {
        var message = Assert.Throws<UserErrorException>(() => StorageError.Guard("runs/a", "write", () =>
        {
            using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0);
            full.Write([1, 2, 3]);
        })).Message;
        Assert.Equal("Cannot write 'runs/a': the disk is full; free some space and run the same command again.", message);
    }
}
