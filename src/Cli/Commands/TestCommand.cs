using System.CommandLine;
using Robotics.Cli.Shell;
using Robotics.Core.Errors;

namespace Robotics.Cli.Commands;

/// <summary><c>robot test</c> is run by the script, which builds the test projects; this is only its entry in the help.</summary>
internal static class TestCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create(RobotCommandLine line) =>
        line.Create("test", "Build and run every test; what follows goes to the test programs.", (_, _) =>
            throw new UserErrorException("the tests are built and run by the script; call ./robot test in the checkout."));
}
