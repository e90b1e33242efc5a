using Robotics.Cli.Shell;
using Robotics.Core.Time;

namespace Robotics.Cli.Doctor;

/// <summary>Runs all checks in a fixed order; a check that breaks is a failed check, not the end of the report.</summary>
internal sealed class Examination(SystemClock clock, string runFolder)
{
    /// <summary>Runs the checks, which takes about a second.</summary>
    public IReadOnlyList<CheckResult> Run(CancellationToken cancellationToken)
    {
        (string Name, Func<CheckResult> Check)[] checks =
        [
            ("system", SystemChecks.OperatingSystem),
            ("dotnet", SystemChecks.Dotnet),
            ("libtorch", TorchChecks.Library),
            ("convolutions", TorchChecks.Convolutions),
            ("products", () => TorchChecks.Products(clock)),
            ("mujoco", MujocoCheck.Run),
            ("egl", EglCheck.Run),
            ("processor", HardwareChecks.Processor),
            ("simd", HardwareChecks.Simd),
            ("memory", HardwareChecks.Memory),
            ("gpu", HardwareChecks.Gpu),
            ("scheduling", RealTimeChecks.Scheduling),
            ("timer", () => RealTimeChecks.Timer(clock)),
            ("disk", () => SystemChecks.Disk(runFolder)),
        ];
        var results = new List<CheckResult>();
        foreach (var (name, check) in checks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            results.Add(Guarded(name, check));
        }

        return results;
    }

    private static CheckResult Guarded(string name, Func<CheckResult> check)
    {
        try
        {
            return check();
        }
#pragma warning disable CA1031 // the report must be complete whatever one check meets
        catch (Exception e)
#pragma warning restore CA1031
        {
            return CheckResult.Required(name, false, $"the check itself failed: {e.Message.ReplaceLineEndings(" ")}", Remedy.Install);
        }
    }
}
