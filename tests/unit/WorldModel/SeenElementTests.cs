using Robotics.Core.Randomness;
using Robotics.Core.Spaces;
using Robotics.TorchExtras;
using Robotics.WorldModel.Ensembles;

namespace Robotics.Tests.Unit.WorldModel;

public class SeenElementTests
{
    [Fact]
    public void Train_ElementThatNetworksDoNotSee_ChangesNoPrediction()
    {
        var space = new ObservationSpace(
            [.. ToyTask.Observations.Elements.Take(2), ToyTask.Observations.Elements[2] with { IsInput = false }]);
        Assert.NotEqual(ToyTask.Observations.Hash, space.Hash);
        using var blind = ToyTask.Learner(observations: space);
        using var seeing = ToyTask.Learner();
        EnsembleLearnerTests.Train(blind, 200, 1);
        EnsembleLearnerTests.Train(seeing, 200, 1);
        Assert.Equal(Step(blind, 0.5f), Step(blind, 7));
        Assert.NotEqual(Step(seeing, 0.5f), Step(seeing, 7));
    }

    [Fact]
    public void Compile_ElementRelativeToAnother_FoldsTheDifferenceIntoTheWeights()
    {
        var space = new ObservationSpace(
            [.. ToyTask.Observations.Elements.Take(2), ToyTask.Observations.Elements[2] with { RelativeTo = "x" }]);
        using var learner = ToyTask.Learner(observations: space);
        EnsembleLearnerTests.Train(learner, 200, 1);
        var (belief, action) = (new[] { 0.3f, 1.2f, 0.7f }, new[] { 0.4f });
        var input = new float[5];
        new EnsembleLayout(space, 1).EncodeInput(belief, action, input);
        Assert.Equal(0.7f - 0.3f, input[3], 1e-6f);

        var weights = learner.Compile();
        float[] plain = [0.3f, input[1], input[2], 0.7f, 0.4f];
        var (mean, std) = (learner.Model.InputMean.ToFloats(), learner.Model.InputStandardDeviation.ToFloats());
        var first = weights.Layers[0];
        for (var row = 0; row < first.Biases.Length; row++)
        {
            var (m, o) = (row / first.Outputs, row % first.Outputs);
            var trained = learner.Model.Layers[0].Weight.ToFloats();
            var folded = Enumerable.Range(0, 5)
                .Sum(i => first.Weights[(row * 5) + i] * (plain[i] - weights.InputMean[i]) / weights.InputStandardDeviation[i]);
            var direct = Enumerable.Range(0, 5)
                .Sum(i => trained[(((m * 5) + i) * first.Outputs) + o] * (input[i] - mean[i]) / std[i]);
            Assert.Equal(direct, folded, 1e-4f);
        }
    }

    private static float[] Step(EnsembleLearner learner, float goal)
    {
        var particles = new float[learner.FusedEvaluator.ParticleCount * 3];
        learner.FusedEvaluator.Record([0.1f, -0.2f, goal], [0.3f], RandomKey.FromSeed(2), particles);
        return [.. particles.Where((_, i) => i % 3 != 2)];
    }
}
