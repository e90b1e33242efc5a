using System.CommandLine;
using Robotics.Cli.Shell;
using Robotics.Core.Errors;

namespace Robotics.Cli.Commands;

/// <summary><c>robot hil</c> is a program of its own, which the script builds and runs; this is only its entry in the help.</summary>
internal static class HilEntryCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create(RobotCommandLine line) =>
        line.Create("hil", "Test a robot or its emulator: the hardware-in-the-loop suite; see ./robot hil --help.", (_, _) =>
            throw new UserErrorException("the suite is built and run by the script; call ./robot hil in the checkout."));
}
