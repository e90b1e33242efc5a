using Robotics.Core;
using Robotics.Inference;
using Robotics.StateEstimation;

namespace Robotics.WorldModel;

/// <summary>
/// What a <see cref="LatentLearner"/> learned, as the loop runs it: without libtorch, without allocation. The evaluator has one caller at
/// a time.
/// </summary>
/// <param name="Layout">What the filter takes in.</param>
/// <param name="Model">The filter's networks; thread-safe.</param>
/// <param name="Evaluator">Scores action sequences from the filter's beliefs.</param>
public sealed record CompiledLatent(SequenceLayout Layout, CompiledRssm Model, ITrajectoryEvaluator Evaluator)
{
    /// <summary>Makes a filter. For set-up: allocates.</summary>
    public IStateEstimator CreateEstimator() => new CompiledRssmEstimator(Model);

    /// <summary>Compiles what a folder of <see cref="LatentLearner.Save"/> holds.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="workers">Who computes rollouts.</param>
    /// <exception cref="UserErrorException">A file is missing, damaged, newer than this program or something else; or its kind cannot filter.</exception>
    public static CompiledLatent Load(string folder, WorkerPool workers)
    {
        var model = RssmCompiler.Load(folder);
        return new CompiledLatent(SequenceCheckpoint.LayoutOf(folder), model, new RssmTrajectoryEvaluator(model, workers));
    }
}
