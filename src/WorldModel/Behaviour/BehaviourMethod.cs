using System.Text.Json.Serialization;

namespace Robotics.WorldModel.Behaviour;

/// <summary>Method that trains a policy in imagined rollouts from beliefs.</summary>
[JsonConverter(typeof(JsonStringEnumConverter))]
public enum BehaviourMethod
{
    /// <summary>Actor and value by gradients through the dynamics (Hafner et al. 2020); the only method with a value of beliefs.</summary>
    Dreamer,

    /// <summary>A linear controller by the cross-entropy method (after Ha and Schmidhuber 2018).</summary>
    WorldModels,

    /// <summary>Actor and action values by temporal differences on imagined transitions (Sutton 1991; Janner et al. 2019).</summary>
    Dyna,
}
