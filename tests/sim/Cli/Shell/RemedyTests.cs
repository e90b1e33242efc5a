using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Robotics.Core.Errors;
using Robotics.Core.Randomness;
using Robotics.Drivers.Simulation.Mujoco;
using Robotics.Tests.Sim.Learning;

namespace Robotics.Tests.Sim.Cli;

/// <summary>Every remedy that a message about a model file names is followed here, and helps.</summary>
public sealed partial class RemedyTests
{
    private const string Arm = "<mujoco><worldbody><body name='link'><joint name='j'/><geom size='.1' pos='.2 0 0'/></body></worldbody>";
    private const string Motor = "<actuator><motor joint='j' ctrlrange='-1 1' ctrllimited='true'/></actuator>";
    private const string Joint = "[{name: q, joints: j}]";

    [Fact]
    public void Load_ImplicitFast_RunsWithTheIntegratorThatIsNamed()
    {
        var mjcf = "<mujoco><option timestep='0.002' integrator='implicitfast'/><worldbody><body>"
            + "<joint name='j' damping='50'/><geom size='.02' pos='.1 0 0' mass='.01'/></body></worldbody></mujoco>";
        var message = Refusal(TestModels.Write(mjcf));
        var integrator = Integrator().Match(message).Groups[1].Value;

        using var model = MujocoModel.Load(TestModels.Write(mjcf.Replace("implicitfast", integrator, StringComparison.Ordinal)));
        using var data = new MujocoData(model);

        Assert.Equal(PhysicsStatus.Ok, data.Step(500));
    }

    [Theory]
    [InlineData(
        "<actuator><position name='s' joint='j' kp='50' kv='3'/></actuator>", "<position name='s' joint='j' kp='50' kv='3'/>",
        " name='s' joint='j'")]
    [InlineData(
        "<default><position kp='50' kv='3'/></default><actuator><position name='s' joint='j'/></actuator>",
        "<position kp='50' kv='3'/>", "")]
    public void Load_ServoWithKv_HasTheSameForceAsTheActuatorThatIsNamed(string section, string old, string attributes)
    {
        var mjcf = ArmWith(section);
        var message = Refusal(TestModels.Write(mjcf));
        var general = General().Match(message).Value.Replace("/>", attributes + "/>", StringComparison.Ordinal);

        var mended = mjcf.Replace(old, general, StringComparison.Ordinal)
            .Replace("<position name='s'", "<general name='s'", StringComparison.Ordinal);
        using var model = MujocoModel.Load(TestModels.Write(mended));
        using var data = new MujocoData(model);
        (data.Controls[0], data.Coordinates[0], data.Velocities[0]) = (0.4, 0.1, 2);
        data.Forward();

        Assert.Equal((50 * (0.4 - 0.1)) - (3 * 2), data.ActuatorForces[0], 1e-9);
        Assert.Equal((MujocoControl.Position, 1.0), (model.Actuators[0].Control, model.Actuators[0].Scale));
    }

    [Fact]
    public void Load_FreeBodyBesideAnIncludedKeyframe_SaysWhichJointAndWhereTheKeyframeBelongs()
    {
        var arm = ArmWith("\n<keyframe><key name='home' qpos='0.3'/></keyframe>");
        const string Whole = "<mujoco>\n<include file='KeyframeArm.xml'/>\n<worldbody><body name='ball'>\n"
            + "<freejoint/><geom size='.1'/></body></worldbody>{0}\n</mujoco>";
        var part = TestModels.Write(arm, "KeyframeArm");
        var path = TestModels.Write(Whole.Replace("{0}", "", StringComparison.Ordinal));

        Assert.Equal(
            $"{part}:2:11: keyframe 'home' gives 1 numbers in qpos, but the model has 8: the free joint of body 'ball' ({path}:4:1) "
                + "adds 7; "
            + $"take it out of that file and write it in {path} with all 8, of a free joint x y z and the quaternion w x y z.",
            Refusal(path));

        TestModels.Write(ArmWith(""), "KeyframeArm");
        const string Keyframe = "<keyframe><key name='home' qpos='0.3 0 0 1 1 0 0 0'/></keyframe>";
        TestModels.Write(Whole.Replace("{0}", Keyframe, StringComparison.Ordinal));
        using var model = MujocoModel.Load(path);
        Assert.Equal(["home"], model.Keyframes);
    }

    [Fact]
    public void Resolve_ModelWithoutActuators_WorksWithAFileThatIncludesIt()
    {
        TestModels.Write(ArmWith(""), "BareArm");
        Assert.Contains("write an <actuator> section in a file that includes the model's", SmallTask.Refusal(TestModels.Write(
            ArmWith("")), "{joints: all}", Joint), StringComparison.Ordinal);

        var path = TestModels.Write($"<mujoco><include file='BareArm.xml'/>{Motor}</mujoco>");

        Assert.Single(SmallTask.Resolve(path, "{joints: all}", Joint).Actions.Channels);
    }

    [Fact]
    public void Resolve_Urdf_WorksAsTheMjcfThatItConvertsTo()
    {
        var urdf = Path.ChangeExtension(TestModels.Write("""
            <robot name="arm"><link name="base"/>
            <link name="link"><inertial><mass value="1"/><origin xyz="0.2 0 0"/>
            <inertia ixx="0.1" iyy="0.1" izz="0.1" ixy="0" ixz="0" iyz="0"/></inertial></link>
            <joint name="j" type="revolute"><parent link="base"/><child link="link"/><axis xyz="0 0 1"/>
            <limit lower="-1" upper="1" effort="5" velocity="1"/></joint></robot>
            """), ".urdf");
        File.Move(Path.ChangeExtension(urdf, ".xml"), urdf, overwrite: true);
        Assert.Contains("convert it to MJCF", SmallTask.Refusal(urdf, "{joints: all}", Joint), StringComparison.Ordinal);

        // What MuJoCo's program 'compile' does.
        using (var model = MujocoModel.Load(urdf))
            Assert.Equal(1, mj_saveLastXML(Path.ChangeExtension(urdf, ".converted.xml"), model.Pointer, new byte[1000], 1000));
        var path = TestModels.Write(
            $"<mujoco><include file='{Path.GetFileName(Path.ChangeExtension(urdf, ".converted.xml"))}'/>{Motor}</mujoco>");

        Assert.Single(SmallTask.Resolve(path, "{joints: all}", Joint).Actions.Channels);
    }

    [Fact]
    public void Load_MeshThatIsNotThere_LoadsOnceItIsPutThere()
    {
        var path = TestModels.Write(
            "<mujoco><asset><mesh name='m' file='RemedyMesh.obj'/></asset><worldbody><geom type='mesh' mesh='m'/></worldbody></mujoco>");
        var mesh = Path.Combine(Path.GetDirectoryName(path)!, "RemedyMesh.obj");
        File.Delete(mesh);
        Assert.Contains("put the file there", Refusal(path), StringComparison.Ordinal);

        File.WriteAllText(mesh, "v 0 0 0\nv 1 0 0\nv 0 1 0\nv 0 0 1\nf 1 3 2\nf 1 2 4\nf 1 4 3\nf 2 3 4\n");

        using var model = MujocoModel.Load(path);
        Assert.Equal(1, model.BodyCount);
    }

    [Fact]
    public void Resolve_ActuatorWithoutRange_TakesLowAndHigh()
    {
        var path = TestModels.Write(ArmWith("<actuator><motor name='m' joint='j'/></actuator>"));
        var refusal = SmallTask.Refusal(path, "{joints: j}", Joint);
        Assert.Contains("give finite 'low' and 'high', or a ctrlrange in the MJCF", refusal, StringComparison.Ordinal);

        Assert.Equal(2, SmallTask.Resolve(path, "{joints: j, low: -2, high: 2}", Joint).Actions.Channels[0].High);
    }

    [Fact]
    public void Resolve_OtherMode_WorksAsTheActuatorThatIsNamed()
    {
        const string Servo = "<actuator><position name='m' joint='j' ctrlrange='-1 1' ctrllimited='true'/></actuator>";
        var path = TestModels.Write(ArmWith(Servo));
        var refusal = SmallTask.Refusal(path, "{joints: j, mode: effort}", Joint);
        Assert.Contains("say 'mode: position', or make it a <motor> in the MJCF", refusal, StringComparison.Ordinal);

        Assert.Single(SmallTask.Resolve(path, "{joints: j, mode: position}", Joint).Actions.Channels);
        TestModels.Write(ArmWith(Servo.Replace("position", "motor", StringComparison.Ordinal)));
        Assert.Single(SmallTask.Resolve(path, "{joints: j, mode: effort}", Joint).Actions.Channels);
    }

    [Fact]
    public void Load_CompiledModelThatIsDamaged_SaysSoAndWorksWrittenAnew()
    {
        var source = TestModels.Write(ArmWith(""));
        var path = Path.ChangeExtension(source, ".mjb");
        void WriteAnew()
        {
            using var model = MujocoModel.Load(source);
            mj_saveModel(model.Pointer, path, 0, 0);
        }

        WriteAnew();
        var whole = File.ReadAllBytes(path);
        var random = RandomKey.FromSeed(21).OpenStream();
        for (var i = 0; i < 150; i++)
        {
            var damaged = i % 3 == 0 ? whole[..random.NextInt32(whole.Length)] : [.. whole];
            if (i % 3 == 1)
                damaged[i % 2 == 0 ? random.NextInt32(16) : 16 + (4 * random.NextInt32(12))] ^= (byte)(1 + random.NextInt32(255));
            if (i % 3 == 2)
                damaged = [.. Enumerable.Range(0, random.NextInt32(2000)).Select(_ => (byte)random.NextUInt32())];
            File.WriteAllBytes(path, damaged);
            var message = Refusal(path);
            Assert.StartsWith($"{path}: MuJoCo ", message, StringComparison.Ordinal);
            Assert.Contains("compile it anew from its MJCF file, or name that file itself", message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', message);
        }

        WriteAnew();
        using var again = MujocoModel.Load(path);
        Assert.Equal("j", again.Joints[0].Name);
    }

    /// <summary>A valid model in which a few characters are changed, lost or put elsewhere.</summary>
    [Fact]
    public void Load_DamagedMjcf_IsReadOrRefusedInWords()
    {
        var whole = ArmWith(
            "<actuator><position name='s' joint='j' kp='5'/></actuator><keyframe><key name='k' qpos='.1' ctrl='.2'/></keyframe>");
        const string Letters = "<>/\"'=&;#! \n\t0-9.eEnaxyz\0\u00e9";
        var random = RandomKey.FromSeed(22).OpenStream();
        for (var i = 0; i < 200; i++)
        {
            var text = whole;
            for (var changes = 1 + random.NextInt32(3); changes > 0; changes--)
            {
                var at = random.NextInt32(text.Length);
                var length = random.NextInt32(Math.Min(12, text.Length - at));
                text = random.NextInt32(3) switch
                {
                    0 => text.Remove(at, length),
                    1 => text.Insert(at, Letters[random.NextInt32(Letters.Length)].ToString()),
                    _ => text.Insert(random.NextInt32(text.Length), text.Substring(at, length)),
                };
            }

            try
            {
                using var model = MujocoModel.Load(TestModels.Write(text));
                using var data = new MujocoData(model);
            }
            catch (UserErrorException e)
            {
                Assert.DoesNotContain('\n', e.Message);
            }
        }
    }

    private static string ArmWith(string section) => $"{Arm}{section}</mujoco>";

    private static string Refusal(string path) => Assert.Throws<UserErrorException>(() => MujocoModel.Load(path).Dispose()).Message;

    [GeneratedRegex("integrator=\"(\\w+)\"")]
    private static partial Regex Integrator();

    [GeneratedRegex("<general [^>]*/>")]
    private static partial Regex General();

    [LibraryImport("libmujoco.so", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mj_saveLastXML(string filename, nint model, byte[] error, int errorSize);

    [LibraryImport("libmujoco.so", StringMarshalling = StringMarshalling.Utf8)]
    private static partial void mj_saveModel(nint model, string? filename, nint buffer, int bufferSize);
}
