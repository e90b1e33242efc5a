using Robotics.Configuration.Robots;
using Robotics.Core.Errors;
using Robotics.Core.Links;

namespace Robotics.Drivers.Servos;

/// <summary>Checks that each servo of a robot answers, and only once. Writes nothing; throws one sentence.</summary>
internal sealed class ServoSearch(
    ServoAccess access, RobotDefinition robot, IReadOnlyList<Servo> servos, IReadOnlyList<int> baudRates, DriverCounters counters)
{
    private const int SearchedIds = 21;

    /// <summary>Pings all servos.</summary>
    /// <param name="searchOnFailure">True to look for servos at other rates and ids when some do not answer.</param>
    /// <exception cref="UserErrorException">A servo does not answer, or two have the same id.</exception>
    public void Run(bool searchOnFailure)
    {
        var corrupt = counters.ErrorsOf(LinkErrorKind.Corrupt);
        var silent = servos.Where(s => !access.Answers(s.Id)).ToArray();
        if (silent.Length == servos.Count)
            throw NoneAnswers(searchOnFailure);
        if (silent.Length > 0)
            throw Silent(silent[0], counters.ErrorsOf(LinkErrorKind.Corrupt) > corrupt, searchOnFailure);
        foreach (var servo in servos)
            CheckOnlyOne(servo);
    }

    private UserErrorException NoneAnswers(bool search)
    {
        var port = access.Bus.Serial.Port;
        var rate = port.BaudRate;
        foreach (var other in search ? baudRates.Where(r => r != rate) : [])
        {
            if (port.TrySetRate(other) && servos.Any(s => access.Answers(s.Id, attempts: 2)))
                return new($"the servos on {port.Path} answer at {other} baud, not at {rate}: set baud_rate: {other} under 'connection'.");
        }

        _ = port.TrySetRate(rate);
        return new(
            $"no servo answers on {port.Path} at {rate} baud (ids {string.Join(", ", servos.Select(s => s.Id))}): "
            + "check the supply, the cable and 'port'.");
    }

    private UserErrorException Silent(Servo silent, bool isGarbled, bool search)
    {
        var path = access.Bus.Serial.Port.Path;
        if (isGarbled)
            return new(
                $"{silent.Name} answers only garbled bytes on {path}: two servos may have id {silent.Id}; "
                + "connect them one at a time and give each an id of its own.");
        var others = Enumerable.Range(0, search ? SearchedIds : 0).Select(i => (byte)i)
            .Where(i => servos.All(s => s.Id != i) && access.Answers(i, attempts: 1)).ToArray();
        return new(
            $"{robot.LocationOfJoint(silent.Index)}: {silent.Name} does not answer on {path}, though others do"
            + (others.Length > 0
                ? $"; a servo with id {others[0]} answers that no joint names: correct 'id'."
                : ": check its cable and its id."));
    }

    /// <summary>
    /// Replies of two servos follow each other, or mix; a duplicate by noise does not come three times. A reply that is late, by a loaded
    /// machine, is no second servo: it only costs the attempt.
    /// </summary>
    private void CheckOnlyOne(Servo servo)
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
}
