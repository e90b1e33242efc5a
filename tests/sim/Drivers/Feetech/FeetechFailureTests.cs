using Robotics.Core.Errors;
using Robotics.Testing.Emulation.Feetech;

namespace Robotics.Tests.Sim.Drivers.Feetech;

public class FeetechFailureTests
{
    [Fact]
    public async Task Connect_WrongBaudRate_NamesTheRightOne()
    {
        await using var rig = new FeetechRig();
        rig.Emulator.BaudRate = 115_200;
        Assert.Contains("answer at 115200 baud, not at 1000000: set baud_rate: 115200", await Sentence(rig), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_SupplyOff_SaysThatNoneAnswers()
    {
        await using var rig = new FeetechRig(_ => []);
        Assert.Contains("no servo answers on", await Sentence(rig), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_OtherId_NamesTheIdThatAnswers()
    {
        await using var rig = new FeetechRig(s => [.. s[..2], new EmulatedFeetechServo(9, 2).WithFactorySettings(), .. s[3..]]);
        var sentence = await Sentence(rig);
        Assert.Contains("servo 3 (joint 'elbow_flex') does not answer", sentence, StringComparison.Ordinal);
        Assert.Contains("a servo with id 9 answers that no joint names", sentence, StringComparison.Ordinal);
        Assert.Contains("so101.yaml:15:5: ", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_TwoServosWithOneId_SaysSo()
    {
        await using var rig = new FeetechRig(s => [.. s, new EmulatedFeetechServo(4, -1).WithFactorySettings()]);
        Assert.Contains("have id 4 (joint 'wrist_flex'): connect them one at a time", await Sentence(rig), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_OtherModel_NamesBoth()
    {
        await using var rig = new FeetechRig(s => [s[0], s[1].WithFactorySettings(2825), .. s[2..]]);
        Assert.Contains("is a sts3250 (model number 2825), not a sts3215", await Sentence(rig), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_WrongSupply_NamesTheVoltages()
    {
        await using var rig = new FeetechRig();
        rig.Emulator.Servos[1].Voltage = 12.1;
        Assert.Contains("is supplied with 12.1 V, outside its 4.0 to 8.0 V", await Sentence(rig), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_OldFirmware_NamesTheVersions()
    {
        await using var rig = new FeetechRig();
        await rig.ExchangeAsync("baud_rate: 1000000", "minimum_firmware: '3.20'");
        Assert.Contains("has firmware 3.10, older than 3.20", await Sentence(rig), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_OtherFamily_NamesIt()
    {
        await using var rig = new FeetechRig();
        rig.Emulator.Servos[0].Memory[2] = 1;
        Assert.Contains("is of the family scs: correct 'family'", await Sentence(rig), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_OtherSettingsWhileTorqueIsOn_AsksForTheSupply()
    {
        await using var rig = new FeetechRig();
        rig.Emulator.Servos[0].Memory[40] = 1;
        Assert.Contains("while its torque is on: support the arm", await Sentence(rig), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Activate_JointBeyondItsLimits_RefusesToJump()
    {
        await using var rig = new FeetechRig();
        await rig.ExchangeAsync("position: [-1.91986, 1.91986]", "position: [0.5, 1.91986]");
        await rig.Driver.ConnectAsync(CancellationToken.None);
        var error = await Assert.ThrowsAsync<UserErrorException>(
            () => rig.Driver.ActivateAsync(new(), new(), CancellationToken.None));
        Assert.Contains("joint 'shoulder_pan' stands at 0.00, beyond its limits 0.50 to 1.92", error.Message, StringComparison.Ordinal);
        Assert.All(rig.Emulator.Servos, s => Assert.Equal(0, s.Memory[40]));
    }

    private static async Task<string> Sentence(FeetechRig rig)
    {
        var error = await Assert.ThrowsAsync<UserErrorException>(() => rig.Driver.ConnectAsync(CancellationToken.None));
        Assert.DoesNotContain('\n', error.Message);
        Assert.Empty(rig.Emulator.Goals);
        return error.Message;
    }
}
