using Robotics.Testing.Emulation.Feetech;
using Robotics.Tests.Sim.Drivers.Servos;

namespace Robotics.Tests.Sim.Drivers.Feetech;

/// <summary>A shipped robot's file against an emulated bus of Feetech servos.</summary>
internal sealed class FeetechRig(Func<EmulatedFeetechServo[], EmulatedFeetechServo[]>? change = null, string robot = "so101")
    : ServoRig<FeetechBusEmulator>(
        robot,
        (definition, arm, clock, faults, link) =>
        {
            var servos = EmulatedFeetechServo.FromRobot(definition);
            return new FeetechBusEmulator(arm, change?.Invoke(servos) ?? servos, clock, faults, link);
        });
