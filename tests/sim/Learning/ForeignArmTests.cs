using Robotics.Configuration.Binding;
using Robotics.Configuration.Tasks;
using Robotics.Controller.Planning;
using Robotics.Core.Links;
using Robotics.Core.Models;
using Robotics.Core.Randomness;
using Robotics.Core.Threading;
using Robotics.Core.Time;
using Robotics.Data.Checkpoints;
using Robotics.Drivers.Simulation.Mujoco;
using Robotics.Drivers.Simulation.World;
using Robotics.Inference.Ensembles;
using Robotics.Learning.Episodes;
using Robotics.Learning.Pets;
using Robotics.Learning.Settings;
using Robotics.Runtime.LockStep;
using Robotics.StateEstimation.Observations;
using Robotics.StateEstimation.Tracking;
using Robotics.Testing;
using Robotics.WorldModel.Ensembles;

namespace Robotics.Tests.Sim.Learning;

/// <summary>
/// An arm that nobody here has seen: six joints, servos, speed and torque actuators, a gripper on a tendon, a thing on a free
/// joint, an included file, no site at the tool, a keyframe without controls. A task file alone makes it learn.
/// </summary>
public sealed class ForeignArmTests : IDisposable
{
    private const string Arm = """
        <mujoco>
          <compiler angle="radian"/>
          <worldbody>
            <body name="stand" pos="0 0 0.2">
              <geom type="box" size="0.1 0.1 0.2"/>
              <body name="turret" pos="0 0 0.22">
                <joint name="waist" axis="0 0 1" limited="true" range="-3 3" damping="6" armature="0.1"/>
                <geom type="sphere" size="0.06" mass="1"/>
                <body name="boom">
                  <joint name="lift" axis="0 1 0" limited="true" range="-1.5 1.5" damping="6" armature="0.1"/>
                  <geom type="capsule" fromto="0 0 0 0.3 0 0" size="0.03" mass="0.8"/>
                  <body name="jib" pos="0.3 0 0">
                    <joint name="bend" axis="0 1 0" limited="true" range="-2 2" damping="4" armature="0.05"/>
                    <geom type="capsule" fromto="0 0 0 0.2 0 0" size="0.025" mass="0.4"/>
                    <body name="wrist" pos="0.2 0 0">
                      <joint name="roll" axis="1 0 0" damping="1" armature="0.02"/>
                      <joint name="pitch" axis="0 1 0" limited="true" range="-1.5 1.5" damping="1" armature="0.02"/>
                      <joint name="yaw" axis="0 0 1" limited="true" range="-1.5 1.5" damping="1" armature="0.02"/>
                      <geom type="capsule" fromto="0 0 0 0.08 0 0" size="0.02" mass="0.1"/>
                      <body pos="0.08 0.02 0"><joint name="jaw_a" type="slide" axis="0 1 0" limited="true" range="0 0.03" damping="5"/>
                        <geom type="box" size="0.02 0.005 0.01" mass="0.02"/></body>
                      <body pos="0.08 -0.02 0"><joint name="jaw_b" type="slide" axis="0 -1 0" limited="true" range="0 0.03" damping="5"/>
                        <geom type="box" size="0.02 0.005 0.01" mass="0.02"/></body>
                    </body>
                  </body>
                </body>
              </body>
            </body>
          </worldbody>
          <tendon><fixed name="jaws"><joint joint="jaw_a" coef="0.5"/><joint joint="jaw_b" coef="0.5"/></fixed></tendon>
          <actuator>
            <position name="m1" joint="waist" kp="120" ctrllimited="true" ctrlrange="-3 3"/>
            <position name="m2" joint="lift" kp="200" ctrllimited="true" ctrlrange="-1.5 1.5"/>
            <general name="m3" joint="bend" gainprm="120" biastype="affine" biasprm="0 -120 0" ctrllimited="true" ctrlrange="-2 2"/>
            <velocity joint="roll" kv="5" ctrllimited="true" ctrlrange="-2 2"/>
            <position name="m5" joint="pitch" kp="40" ctrllimited="true" ctrlrange="-1.5 1.5"/>
            <motor name="m6" joint="yaw" ctrllimited="true" ctrlrange="-0.5 0.5"/>
            <position name="grip" tendon="jaws" kp="50" ctrllimited="true" ctrlrange="0 0.03"/>
          </actuator>
        </mujoco>
        """;

    private const string Scene = """
        <mujoco>
          <include file="arm.xml"/>
          <option timestep="0.005"/>
          <worldbody>
            <geom type="plane" size="2 2 0.1"/>
            <body name="ball" pos="1 1 0.05"><freejoint/><geom type="sphere" size="0.05" mass="0.1"/></body>
          </worldbody>
          <keyframe><key name="ready" qpos="0 -0.5 1 0 0 0 0.01 0.01 1 1 0.05 1 0 0 0"/></keyframe>
        </mujoco>
        """;

    private const string Task = """
        schema: 1
        name: foreign
        mjcf: scene.xml
        control_rate_hz: 20
        horizon_steps: 40
        action:
          channels:
            - {joints: [waist, lift, bend, pitch], reference: delta, low: -0.15, high: 0.15}
            - {joints: roll, mode: velocity}
            - {actuators: m6, mode: effort}
        observation:
          - {name: q, joints: [waist, lift, bend, roll, pitch, yaw]}
          - {name: qd, joints: [waist, lift, bend, roll, pitch, yaw], quantity: velocity}
          - {name: goal, distribution: {box: {low: [0.2, -0.3, 0.4], high: [0.4, 0.3, 0.7]}}}
          - {name: tip, body: wrist, offset: [0.1, 0, 0]}
        reward: exp(-distance(tip, goal) / 0.2) - 0.002 * squared_norm(action)
        success: distance(tip, goal) < 0.05
        reset:
          from: ready
          joints: [{joints: [waist, lift], position: {uniform: [-0.1, 0.1]}, add_to_start: true}]
          minimum_distances: [{between: [tip, goal], distance: 0.1}]
        planner: {kind: icem, horizon: 8, population: 40, elites: 6, iterations: 2}
        model: {ensemble: {members: 2, hidden: [48, 48], weight_decay: [1e-5, 1e-5, 1e-5], epochs: 40}}
        training: {seed: 3, random_trials: 2, trials: 4}
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Train_ArmFromOutside_LearnsFromItsTaskFileAlone()
    {
        File.WriteAllText(_folder.File("arm.xml"), Arm);
        File.WriteAllText(_folder.File("scene.xml"), Scene);
        File.WriteAllText(_folder.File("task.yaml"), Task);

        var trials = await TrainAsync(_folder.File("task.yaml"), _folder.File("run"), TestContext.Current.CancellationToken);

        double[] returns = [.. trials.Select(t => t.MeanReturn)];
        Assert.Equal(6, returns.Length);
        Assert.True(returns[^2..].Average() > returns[..2].Average() + 5, $"it did not learn: {string.Join(", ", returns)}");
    }

    private static async Task<IReadOnlyList<TrialReport>> TrainAsync(string file, string folder, CancellationToken cancellationToken)
    {
        var document = TaskDocument.Load(file);
        using var model = MujocoModel.Load(document.ModelPath);
        var task = document.Resolve(new MujocoModelCatalog(model));
        var planner = OptionsBinder.Bind<PlannerOptions>(task.PlannerSection);
        var training = OptionsBinder.Bind<ReinforcementOptions>(task.TrainingSection);
        var key = RandomKey.FromSeed(training.Seed);
        using var pool = new WorkerPool(1);
        using var world = new SimulatedWorld(SimulationOptions.FromTask(task), key.Derive("world"));
        await using var environment = await TaskEnvironment.ConnectAsync(
            task, world.Robot, world, world, world, new EmergencyStop(), cancellationToken);
        var rollouts = new FusedEnsembleOptions
        {
            Particles = 4,
            Reward = task.Reward,
            MaximumPopulation = planner.MaximumPopulationSize,
            MaximumHorizon = planner.Horizon,
            Workers = pool,
        };
        var networks = OptionsBinder.Bind<EnsembleOptions>(task.ModelSection!.Find("ensemble")!.Value);
        using var learner = new EnsembleLearner(
            networks, task.Observations, task.Actions, task.ControlPeriodSeconds, rollouts, key.Derive("weights"));
        LoopController Plan(IModelLearner learned) => new()
        {
            Name = "planner",
            Tracker = BeliefTracker.FromObservation(
                new DirectObservationEstimator(task.Observations.Dimension, learner.FusedEvaluator), task.Observations.Dimension,
                task.Actions.Dimension),
            Planner = PlannerFactory.Create(planner, learned.Evaluator),
            Horizon = planner.Horizon,
            PlanHorizon = planner.Horizon,
        };
        return await new ReinforcementExperiment(
            training, environment, learner, Plan, new RunFolder(folder), new SystemClock()).RunAsync(cancellationToken);
    }
}
