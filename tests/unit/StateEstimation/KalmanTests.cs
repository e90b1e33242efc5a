using Robotics.Core.Beliefs;
using Robotics.Core.Numerics;
using Robotics.Core.Randomness;
using Robotics.StateEstimation.Kalman;
using Robotics.Studies.Worlds;

namespace Robotics.Tests.Unit.StateEstimation;

public sealed class KalmanTests
{
    private static readonly LinearGaussianModel Model = LinearGaussianWorld.Oscillator();

    [Fact]
    public void Run_LongSequence_CovarianceReachesTheRiccatiSolution()
    {
        var motion = (DiscreteMotion)Model.Motion;
        var solution = RiccatiEquation.Solve(motion.Transition, Model.Sensors[0].Observation, motion.Noise, Model.Sensors[0].Noise);

        var predicted = new KalmanFilter(Model).Run(Draw(200).Steps).Predicted[^1].Covariance;

        Assert.Equal(solution.Data, predicted.Data, (a, b) => Math.Abs(a - b) < 1e-11);
    }

    [Fact]
    public void Solve_GrowingDirectionUnseen_SaysThatThereIsNoSteadyState() => Assert.Contains(
        "not seen by any sensor",
        Assert.Throws<ArithmeticException>(() => RiccatiEquation.Solve(
            DenseMatrix.Identity(2, 1.5), new DenseMatrix(new double[,] { { 1, 0 } }), DenseMatrix.Identity(2),
            DenseMatrix.Identity(1))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Run_FilterAndSmoother_EqualConditioningTheJointGaussian()
    {
        var sequence = Draw(6, missing: 0.3, controlStd: 1).Steps;
        var joint = new JointGaussian(Model, sequence);

        var trace = new KalmanFilter(Model).Run(sequence);
        var smoothed = KalmanSmoother.Run(trace);

        Assert.Equal(joint.LogLikelihood, trace.LogLikelihood, 10);
        for (var t = 0; t < sequence.Count; t++)
        {
            Assert.Equal(joint.Mean[t], smoothed.States[t].Mean, (a, b) => Math.Abs(a - b) < 1e-10);
            Assert.Equal(joint.Covariance(t, t), smoothed.States[t].Covariance.Data, (a, b) => Math.Abs(a - b) < 1e-10);
        }

        var lagOne = smoothed.Gains[2] * smoothed.States[3].Covariance;
        Assert.Equal(joint.Covariance(2, 3), lagOne.Data, (a, b) => Math.Abs(a - b) < 1e-10);
    }

    [Fact]
    public void Correct_OldReadingOfAMovingPoint_IsComparedWithWhereItWas()
    {
        var estimator = new KalmanEstimator(
            KinematicMotion.Model(1, KinematicOrder.ConstantAcceleration, new(1e-6, 1e-6), [1e-4, 1e-4, 1e-4]) with
            {
                InitialMean = [10, 2, 1],
            });
        var (belief, frame) = (estimator.CreateBelief(), new ObservationFrame(estimator.Modalities));
        estimator.Reset(belief);
        (frame[0].IsNew, frame[0].AgeSeconds, frame[0].Values[0]) = (true, 0.1, (float)(10 - (2 * 0.1) + (0.5 * 0.01)));

        estimator.Correct(belief, frame, belief);

        Assert.Equal([10, 2, 1], belief.Mean.Select(m => Math.Round(m, 4)));
    }

    [Fact]
    public void Correct_NaNOrNothing_LeavesTheBelief()
    {
        var estimator = new KalmanEstimator(Model);
        var (belief, frame) = (estimator.CreateBelief(), new ObservationFrame(estimator.Modalities));
        estimator.Reset(belief);
        double[] before = [.. belief.Carry];

        estimator.Correct(belief, frame, belief);
        (frame[0].IsNew, frame[0].AgeSeconds, frame[0].Values[0]) = (true, 0, float.NaN);
        estimator.Correct(belief, frame, belief);

        Assert.Equal(before, belief.Carry);
    }

    [Theory]
    [InlineData(KinematicOrder.ConstantVelocity, 0.5, 0.01)]
    [InlineData(KinematicOrder.ConstantAcceleration, 20, 0.0004)]
    public void Fit_TracksOfAKnownMotion_FindsItsParameters(KinematicOrder order, double density, double variance)
    {
        double[] spread = [1, 1, 1];
        var world = new LinearGaussianWorld(KinematicMotion.Model(2, order, new(density, variance), spread), 0.05);
        var tracks = Enumerable.Range(0, 2).Select(i => world.Sample(120, RandomKey.FromSeed((ulong)i), missing: 0.1).Steps).ToArray();

        var found = new KinematicTuner(2, order, spread).Fit(tracks, new(1, 0.1));

        Assert.InRange(found.SpectralDensity / density, 0.5, 2);
        Assert.InRange(found.SensorVariance / variance, 0.75, 1.33);
    }

    [Fact]
    public void Run_ParticlesOnALinearModel_AgreeWithTheExactAnswer()
    {
        var sequence = Draw(50, missing: 0.2, controlStd: 1).Steps;
        var exact = new KalmanFilter(Model).Run(sequence);

        var found = new ParticleFilter(new LinearParticleModel(Model), 4000).Run(sequence, RandomKey.FromSeed(3));

        Assert.InRange((found.LogLikelihood - exact.LogLikelihood) / sequence.Count, -0.01, 0.01);
        Assert.Equal(exact.Filtered[^1].Mean, found.Means[^1], (a, b) => Math.Abs(a - b) < 0.05);
    }

    private static RecordedSequence Draw(int steps, double missing = 0, double controlStd = 0) =>
        new LinearGaussianWorld(Model).Sample(steps, RandomKey.FromSeed(7), missing, controlStd);
}
