using Robotics.Inference.Formats;
using Robotics.Inference.Rssm;
using Robotics.SequenceModels.Refinement;
using Robotics.TorchExtras;

namespace Robotics.SequenceModels.Filtering;

/// <summary>Compiles a learned refinement in memory for the control loop. For set-up.</summary>
public static class RefinementExport
{
    /// <summary>Compiles a refinement; later changes of its weights have no effect.</summary>
    /// <param name="arm">The refinement.</param>
    /// <param name="model">The model that it was trained for.</param>
    /// <param name="compiled">The model, compiled.</param>
    /// <exception cref="ArgumentException">The refinement starts from the prior and would ignore the model's cameras.</exception>
    public static CompiledRefinement Compile(ErrorRefinement arm, RssmFilteringModel model, CompiledRssm compiled)
    {
        var (own, state) = (arm.state_dict(), model.Model.state_dict());
        var network = new SequenceArrays(model.Model.Layout, model.Model.Options, key => own[key].ToFloats()).Head("network");
        var arrays = new SequenceArrays(model.Model.Layout, model.Model.Options, key => state[key].ToFloats());
        return CompiledRefinement.Compile(RefinementCompiler.Weights(arrays, arm.Iterations, arm.HasStart, network), compiled);
    }
}
