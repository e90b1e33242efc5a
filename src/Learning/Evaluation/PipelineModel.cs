using Robotics.Configuration.Yaml;
using Robotics.Core.Errors;
using Robotics.Learning.Runs;
using Robotics.Learning.Sessions;
using Robotics.Runtime.Pipelines;
using Robotics.WorldModel.Ensembles;

namespace Robotics.Learning.Evaluation;

/// <summary>Loads the ensemble that a pipeline plans with. Stateless.</summary>
internal static class PipelineModel
{
    /// <summary>The trained ensemble; null for a pipeline that plans with something else. The caller disposes it.</summary>
    /// <exception cref="ConfigurationException">There is none in the folder, or it is of another task.</exception>
    public static EnsembleLearner? Load(Pipeline pipeline, LearningSession session)
    {
        if (pipeline.Ensemble is not { } folder)
            return null;
        var learner = session.CreateLearner(seed: 0);
        try
        {
            Checkpoints.Load(folder.Value, session.Task, learner);
            return learner;
        }
        catch (UserErrorException e)
        {
            learner.Dispose();
            throw new ConfigurationException([$"{folder.At}: {e.Message}"], e);
        }
    }
}
