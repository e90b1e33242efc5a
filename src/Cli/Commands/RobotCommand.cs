using System.CommandLine;
using System.Globalization;
using Robotics.Cli.Shell;
using Robotics.Configuration.Robots;
using Robotics.Core.Errors;
using Robotics.Core.Links;
using Robotics.Drivers;
using Robotics.Reporting.Output;
using Robotics.Reporting.Pages;

namespace Robotics.Cli.Commands;

/// <summary><c>robot robot</c>: lists, shows and checks robots.</summary>
internal sealed class RobotCommand
{
    private static readonly TimeSpan ReadTime = TimeSpan.FromSeconds(2);

    private readonly Argument<string> _file = new("file") { Description = "A robot's file, or the name of one in config/robots." };

    /// <summary>Creates the command with its subcommands.</summary>
    public static Command Create(RobotCommandLine line)
    {
        var options = new RobotCommand();
        var info = line.Create("info", "Show what a robot's file says; connects to nothing.", options.InfoAsync);
        var check = line.Create("check", "Connect to a robot and read its state; moves nothing.", options.CheckAsync);
        info.Add(options._file);
        check.Add(options._file);
        var command = new Command("robot", "List, show and check robots.") { info, check };
        command.Add(line.Create("list", "List the robots in config/robots.", ListAsync));
        return command;
    }

    private static Task<int> ListAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var robots = RobotFiles.Shipped.Select(RobotDefinition.Load).ToArray();
        context.Output.Table(new ReportTable(
            "Robots in config/robots", ["robot", "driver", "joints", "rate, Hz"],
            [.. robots.Select(r => (IReadOnlyList<string>)[
                r.Name, r.Options.Driver.ToString().ToLowerInvariant(), Text(r.Joints.Count), Text(r.Options.RateHz)])]));
        context.Output.Add(new RobotList([.. robots.Select(r => new RobotSummary(
            r.Name, r.Options.Driver, r.Joints.Count, r.FilePath))]));
        return Task.FromResult(0);
    }

    private Task<int> InfoAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var robot = RobotDefinition.Load(RobotFiles.Find(context.Get(_file)!));
        Print(context.Output, robot);
        context.Output.Add(new RobotSummary(robot.Name, robot.Options.Driver, robot.Joints.Count, robot.FilePath));
        return Task.FromResult(0);
    }

    private async Task<int> CheckAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var robot = RobotDefinition.Load(RobotFiles.Find(context.Get(_file)!));
        await using var driver = RobotDriverFactory.Create(robot, context.Clock);
        await driver.ConnectAsync(cancellationToken);
        var monitor = new StateMonitor(driver, context.Clock);
        var state = await monitor.WatchAsync(ReadTime, cancellationToken)
            ?? throw new UserErrorException(
                $"robot '{robot.Name}' is connected but reported no joint state within {ReadTime.TotalSeconds} s; "
                + $"{driver.Report().LastError ?? "check its power and its wiring"}");
        var report = driver.Report();
        context.Output.Table(new ReportTable(
            $"{robot.Name}: {Text(report.StateHz)} states per second", ["joint", "position", "limits", ""],
            [.. robot.Joints.Select((j, i) => (IReadOnlyList<string>)[
                j.Name, Text(state.Positions[i]), $"[{Text(j.Position[0])}, {Text(j.Position[1])}]",
                state.Positions[i] < j.Position[0] || state.Positions[i] > j.Position[1] ? "outside" : ""])]));
        context.Output.Add(new RobotCheck(robot.Name, report, state.Positions));
        return 0;
    }

    private static void Print(CommandOutput output, RobotDefinition robot)
    {
        output.Line($"{robot.Name}: {robot.Options.Driver.ToString().ToLowerInvariant()}, {Text(robot.Options.RateHz)} Hz");
        output.Line(robot.Calibration is { } c ? $"calibrated {c.Date}, serial '{c.Serial}'" : "not calibrated");
        output.Table(new ReportTable(
            "Joints", ["joint", "id", "position", "speed", "acceleration", "home"],
            [.. robot.Joints.Select((j, i) => (IReadOnlyList<string>)[
                j.Name, j.Id?.ToString(CultureInfo.InvariantCulture) ?? "", $"[{Text(j.Position[0])}, {Text(j.Position[1])}]",
                Text(j.MaximumVelocity), Text(j.MaximumAcceleration), Text(robot.Home[i])])]));
    }

    private static string Text(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>The robots. Immutable.</summary>
    /// <param name="Robots">Robots in config/robots.</param>
    private sealed record RobotList(IReadOnlyList<RobotSummary> Robots);

    /// <summary>A robot. Immutable.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Driver">Kind of its driver.</param>
    /// <param name="Joints">Number of joints.</param>
    /// <param name="File">Path of its file.</param>
    private sealed record RobotSummary(string Name, DriverKind Driver, int Joints, string File);

    /// <summary>A robot that answered. Immutable.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Driver">Statistics of the driver.</param>
    /// <param name="Positions">[joints], rad or m.</param>
    private sealed record RobotCheck(string Name, DriverReport Driver, double[] Positions);
}
