using Robotics.Cli.Shell;
using Robotics.Core.Time;
using Robotics.Hil;
using Robotics.Reporting.Output;

// The suite as a program of its own, because its emulators are not part of what a robot runs; the script ./robot calls it.
var clock = new SystemClock();
var terminal = Terminal.FromProcess();
using var stop = StopSignal.FromProcess(terminal);
var line = new RobotCommandLine(terminal, clock);
line.Add(HilCommand.Create(line));
return await line.RunAsync(args, stop);
