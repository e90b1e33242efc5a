using Robotics.Testing.Emulation.Dynamixel;
using Robotics.Tests.Sim.Drivers.Servos;

namespace Robotics.Tests.Sim.Drivers.Dynamixel;

/// <summary>The shipped pair's file against an emulated bus of Dynamixel servos.</summary>
internal sealed class DynamixelRig(Func<EmulatedDynamixelServo[], EmulatedDynamixelServo[]>? change = null)
    : ServoRig<DynamixelBusEmulator>(
        "dynamixel-pair",
        (definition, arm, clock, faults, link) =>
        {
            var servos = EmulatedDynamixelServo.FromRobot(definition);
            return new DynamixelBusEmulator(arm, change?.Invoke(servos) ?? servos, clock, faults, link);
        });
