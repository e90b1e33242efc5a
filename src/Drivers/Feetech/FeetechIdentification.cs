using Robotics.Configuration.Robots;
using Robotics.Core.Errors;
using Robotics.Core.Links;

namespace Robotics.Drivers.Feetech;

/// <summary>
/// Finds the servos of a robot and checks that they are the ones that its file describes. Writes nothing. Throws one sentence about
/// the first thing that is wrong.
/// </summary>
internal sealed class FeetechIdentification(
    FeetechAccess access, RobotDefinition robot, FeetechOptions options, FeetechServo[] servos, DriverCounters counters)
{
    private const int EepromLength = 40;
    private const int SearchedIds = 21;
    private const int MultiTurnOffsetMask = 0x1FFF;
    private static readonly int[] BaudRates = [1_000_000, 500_000, 250_000, 128_000, 115_200, 76_800, 57_600, 38_400];

    /// <summary>Identifies all servos.</summary>
    /// <param name="searchOnFailure">True to look for servos at other rates and ids when some do not answer.</param>
    /// <exception cref="UserErrorException">Something does not fit.</exception>
    public void Run(bool searchOnFailure)
    {
        var corrupt = counters.ErrorsOf(LinkErrorKind.Corrupt);
        var silent = servos.Where(s => !access.Answers(s.Id)).ToArray();
        if (silent.Length > 0)
            throw Silent(silent, counters.ErrorsOf(LinkErrorKind.Corrupt) > corrupt, searchOnFailure);
        foreach (var servo in servos)
        {
            CheckOnlyOne(servo);
            Identify(servo);
        }
    }

    private UserErrorException Silent(FeetechServo[] silent, bool isGarbled, bool search)
    {
        var port = access.Bus.Serial.Port;
        var rate = port.BaudRate;
        if (silent.Length == servos.Length)
        {
            foreach (var other in search ? BaudRates.Where(r => r != rate) : [])
            {
                if (port.TrySetRate(other) && servos.Any(s => access.Answers(s.Id, attempts: 2)))
                    return new(
                        $"the servos on {port.Path} answer at {other} baud, not at {rate}: set baud_rate: {other} under 'connection'.");
            }

            _ = port.TrySetRate(rate);
            return new(
                $"no servo answers on {port.Path} at {rate} baud (ids {string.Join(", ", servos.Select(s => s.Id))}): "
                + "check the supply, the cable and 'port'.");
        }

        if (isGarbled)
            return new(
                $"{silent[0].Name} answers only garbled bytes on {port.Path}: two servos may have id {silent[0].Id}; "
                + "connect them one at a time and give each an id of its own.");
        var others = Enumerable.Range(0, search ? SearchedIds : 0).Select(i => (byte)i)
            .Where(i => servos.All(s => s.Id != i) && access.Answers(i, attempts: 1)).ToArray();
        return new(
            $"{robot.LocationOfJoint(silent[0].Index)}: {silent[0].Name} does not answer on {port.Path}, though others do"
            + (others.Length > 0
                ? $"; a servo with id {others[0]} answers that no joint names: correct 'id'."
                : ": check its cable and its id."));
    }

    /// <summary>
    /// Replies of two servos follow each other, or mix; a duplicate by noise does not come three times. A reply that is late, by a loaded
    /// machine, is no second servo: it only costs the attempt.
    /// </summary>
    private void CheckOnlyOne(FeetechServo servo)
    {
        const int attempts = 6;
        var others = 0;
        for (var i = 0; i < attempts && others < 3; i++)
        {
            if (!access.Answers(servo.Id, attempts: 1))
                continue;
            if (!access.Bus.AnotherAnswers(servo.Id))
                return;
            others++;
        }

        if (others == 0)
            return;

        throw new UserErrorException(
            $"two servos on {access.Bus.Serial.Port.Path} have id {servo.Id} (joint '{servo.Joint.Name}'): "
            + "connect them one at a time and give each an id of its own.");
    }

    private void Identify(FeetechServo servo)
    {
        var eeprom = access.ReadBlock(servo, 0, EepromLength);
        int Value(FeetechRegister register) => register.Decode(eeprom.AsSpan(register.Address), options.Family);
        var order = Value(FeetechRegisters.ByteOrder);
        if (order is 0 or 1 && order != (int)options.Family)
            throw new UserErrorException(
                $"{robot.LocationOf("connection")}: {servo.Name} is of the family {(order == 0 ? "sts" : "scs")}: correct 'family'.");
        CheckModel(servo, Value(FeetechRegisters.Model));
        var firmware = new Version(Value(FeetechRegisters.FirmwareMajor), Value(FeetechRegisters.FirmwareMinor));
        if (firmware < Version.Parse(options.MinimumFirmware))
            throw new UserErrorException(
                $"{servo.Name} has firmware {firmware}, older than {options.MinimumFirmware}: update it with Feetech's program, or lower "
                + "minimum_firmware if its control table is the same.");
        var voltage = CheckVoltage(servo, Value(FeetechRegisters.MinimumVoltage) * 0.1, Value(FeetechRegisters.MaximumVoltage) * 0.1);
        var isSts = options.Family == FeetechFamily.Sts;
        servo.Identify(
            new FeetechIdentity(
                servo.Id, FeetechModel.NameOf(Value(FeetechRegisters.Model)), firmware, voltage, Value(FeetechRegisters.StatusLevel),
                isSts ? Value(FeetechRegisters.Phase) : 0,
                isSts ? FeetechRegister.DecodeOffset(Value(FeetechRegisters.HomingOffset) & MultiTurnOffsetMask) : 0),
            (FeetechErrors)Value(FeetechRegisters.UnloadConditions));
    }

    private void CheckModel(FeetechServo servo, int number)
    {
        if (servo.Joint.Model is { } name && FeetechModel.All.First(m => m.Name == name).Number != number)
            throw new UserErrorException(
                $"{robot.LocationOfJoint(servo.Index)}: {servo.Name} is a {FeetechModel.NameOf(number)}, not a {name}: "
                + "correct 'model', or exchange the servo.");
    }

    private double CheckVoltage(FeetechServo servo, double low, double high)
    {
        var voltage = access.Read(servo, FeetechRegisters.PresentVoltage) * 0.1;
        if (voltage < low - 0.05 || voltage > high + 0.05)
            throw new UserErrorException(string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"{servo.Name} is supplied with {voltage:F1} V, outside its {low:F1} to {high:F1} V: connect the supply that fits it."));
        return voltage;
    }
}
