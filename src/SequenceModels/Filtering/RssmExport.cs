using Robotics.Core.Errors;
using Robotics.Inference.Formats;
using Robotics.Inference.Rssm;
using Robotics.SequenceModels.Models;
using Robotics.TorchExtras;

namespace Robotics.SequenceModels.Filtering;

/// <summary>Compiles a recurrent state-space model in memory for the control loop. For set-up.</summary>
public static class RssmExport
{
    /// <summary>Compiles a model; later changes of its weights have no effect.</summary>
    /// <exception cref="UserErrorException">Its kind cannot filter.</exception>
    public static CompiledRssm Compile(RecurrentStateSpaceModel model)
    {
        var state = model.state_dict();
        return RssmCompiler.Compile(new SequenceArrays(model.Layout, model.Options, key => state[key].ToFloats()));
    }
}
