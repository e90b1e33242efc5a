using System.CommandLine;
using Robotics.Cli.Shell;

namespace Robotics.Tests.Unit.Cli;

public class UsageErrorTests
{
    [Fact]
    public void Sentence_CommandWithinACommand_NamesTheWholeWay()
    {
        var root = new RootCommand { new Command("bench") { new Command("estimator") { new Option<int>("--seconds") } } };

        var sentence = UsageError.Sentence(root.Parse(["bench", "estimator", "--seconds", "many"]));

        Assert.Equal("'many' is no value for --seconds; ./robot bench estimator --help says what can be given.", sentence);
    }
}
