using Robotics.Core.Errors;
using Robotics.Core.Randomness;
using Robotics.Core.Rollouts;
using Robotics.TorchExtras;
using Robotics.WorldModel.Ensembles;
using Robotics.WorldModel.Rollouts;
using static TorchSharp.torch;

namespace Robotics.Tests.Unit.WorldModel;

public class EnsembleKindTests
{
    [Theory]
    [InlineData(EnsembleKind.PE, 3, false)]
    [InlineData(EnsembleKind.P, 1, false)]
    [InlineData(EnsembleKind.DE, 3, true)]
    [InlineData(EnsembleKind.D, 1, true)]
    public void Train_AnyKind_GivesTheNetworksOfTheKind(EnsembleKind kind, int members, bool isDeterministic)
    {
        using var learner = Trained(kind);
        var weights = learner.Compile();

        Assert.Equal((members, isDeterministic), (weights.Members, weights.IsDeterministic));
        Assert.Equal(isDeterministic ? 2 : 4, weights.Layers[^1].Outputs);
    }

    [Fact]
    public void Loss_DeterministicKind_IsHalfTheMeanSquaredErrorOfEachMember()
    {
        using var scope = NewDisposeScope();
        var options = new EnsembleOptions { Kind = EnsembleKind.DE, Members = 2, Hidden = [3], WeightDecay = [0, 0] };
        using var model = new ProbabilisticEnsemble(options, 2, 1, RandomKey.FromSeed(4));
        var x = tensor(new float[] { 1, 2, 3, 4, 5, 6, 7, 8, -1, -2, -3, -4 }, [2, 3, 2]);
        float[] errors = [1, -2, 3, 0, 4, 0.5f];
        var y = model.forward(x).Mean.detach() - tensor(errors, [2, 3, 1]);

        var loss = EnsembleLoss.From(model, x, y, 0.01).item<float>();

        Assert.Equal((0.5 * (1 + 4 + 9) / 3) + (0.5 * (16 + 0.25) / 3), loss, 1e-5);
    }

    [Theory]
    [InlineData(EnsembleKind.DE)]
    [InlineData(EnsembleKind.D)]
    public void Record_DeterministicKind_MovesEachParticleByItsMembersMean(EnsembleKind kind)
    {
        using var learner = Trained(kind);
        float[] belief = [0.3f, -0.7f, 0.5f];
        var (first, second) = (Step(learner, belief, 1), Step(learner, belief, 2));
        var mean = Mean(learner, belief);

        Assert.Equal(first, second);
        for (var p = 0; p < learner.FusedEvaluator.ParticleCount; p++)
        {
            var member = p * learner.Model.Members / learner.FusedEvaluator.ParticleCount;
            for (var e = 0; e < 2; e++)
                Assert.Equal(mean[(member * 2) + e], first[(p * 3) + e] - belief[e], 1e-5);
        }
    }

    [Theory]
    [InlineData(EnsembleKind.DE)]
    [InlineData(EnsembleKind.D)]
    public void Evaluate_DeterministicKind_IsTheSameUnderAnyKeyAndByLibtorch(EnsembleKind kind)
    {
        using var learner = Trained(kind);
        var rollouts = ToyTask.Rollouts(Options(kind));
        using var libtorch = new LibtorchEnsembleEvaluator(
            learner.Compile(), new LibtorchEvaluatorOptions { Particles = rollouts.Particles, Reward = rollouts.Reward });

        var (first, second, peer) = (Evaluate(learner.Evaluator, 1), Evaluate(learner.Evaluator, 2), Evaluate(libtorch, 3));

        Assert.Equal(first.Returns, second.Returns);
        Assert.Equal(kind == EnsembleKind.DE, first.Disagreement[0] > 0);
        for (var n = 0; n < first.Capacity; n++)
            Assert.Equal(first.Returns[n], peer.Returns[n], 1e-4 * Math.Max(1, Math.Abs(first.Returns[n])));
    }

    [Fact]
    public void Train_DeterministicKind_LearnsWithoutVariance()
    {
        using var learner = ToyTask.Learner(options: Options(EnsembleKind.DE) with { Epochs = 60 });

        var report = EnsembleLearnerTests.Train(learner, 200, 1);

        Assert.Equal(0, report.Metrics["aleatoric_deviation"]);
        Assert.InRange(report.Metrics["training_rmse"], 0, 0.06);
    }

    [Fact]
    public void Load_OtherKindsFile_IsRefused()
    {
        var folder = Directory.CreateTempSubdirectory("kinds").FullName;
        try
        {
            using var probabilistic = Trained(EnsembleKind.PE);
            using var deterministic = Trained(EnsembleKind.DE);
            probabilistic.Save(folder);
            Assert.Throws<UserErrorException>(() => deterministic.Load(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static EnsembleOptions Options(EnsembleKind kind) => ToyTask.Options with { Kind = kind };

    private static EnsembleLearner Trained(EnsembleKind kind)
    {
        var learner = ToyTask.Learner(options: Options(kind));
        EnsembleLearnerTests.Train(learner, 100, 1);
        return learner;
    }

    private static float[] Step(EnsembleLearner learner, float[] belief, ulong seed)
    {
        var particles = new float[learner.FusedEvaluator.ParticleCount * belief.Length];
        learner.FusedEvaluator.Record(belief, [0.4f], RandomKey.FromSeed(seed), particles);
        return particles;
    }

    private static float[] Mean(EnsembleLearner learner, float[] belief)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var layout = new EnsembleLayout(ToyTask.Observations, 1);
        var input = new float[layout.InputDimension];
        layout.EncodeInput(belief, [0.4f], input);
        var rows = learner.Model.Normalise(tensor(input, [1, input.Length])).unsqueeze(0).expand(learner.Model.Members, -1, -1);
        return learner.Model.forward(rows).Mean.contiguous().ToFloats();
    }

    private static RolloutResult Evaluate(ITrajectoryEvaluator evaluator, ulong seed)
    {
        var result = new RolloutResult(8);
        var actions = Enumerable.Range(0, 80).Select(i => MathF.Sin(i)).ToArray();
        var request = new RolloutRequest
        {
            Belief = new[] { 0.1f, -0.2f, 0.5f },
            Actions = actions,
            Population = 8,
            Horizon = 10,
            Key = RandomKey.FromSeed(seed),
        };
        evaluator.Evaluate(request, result);
        return result;
    }
}
