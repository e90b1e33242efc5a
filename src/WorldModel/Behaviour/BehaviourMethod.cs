using System.Text.Json.Serialization;

namespace Robotics.WorldModel.Behaviour;

/// <summary>How behaviour is learned from imagined futures of the belief.</summary>
[JsonConverter(typeof(JsonStringEnumConverter))]
public enum BehaviourMethod
{
    /// <summary>Actor and value by the gradient through the dynamics (Hafner et al. 2020); the only one with a value of beliefs.</summary>
    Dreamer,

    /// <summary>A linear controller by the cross-entropy method (after Ha and Schmidhuber 2018).</summary>
    WorldModels,

    /// <summary>Actor and action values by differences in time on imagined transitions (Sutton 1991; Janner et al. 2019).</summary>
    Dyna,
}
