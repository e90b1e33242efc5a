using System.Text.Json.Serialization;

namespace Robotics.WorldModel.Latent;

/// <summary>Algorithm that learns to control in latent space.</summary>
[JsonConverter(typeof(JsonStringEnumConverter))]
public enum LatentAlgorithm
{
    /// <summary>A planner on the filter's own prior (Hafner et al. 2019).</summary>
    Planet,

    /// <summary>A planner on a copy of that prior with multi-step training on the filter's beliefs (loss of Hansen et al. 2022).</summary>
    MultiStepDynamics,

    /// <summary>A planner on several such copies, each trained on its own bootstrap of the episodes.</summary>
    DynamicsEnsemble,

    /// <summary>A planner on a probabilistic ensemble over beliefs (Chua et al. 2018).</summary>
    BeliefEnsemble,

    /// <summary>An actor trained with a value by gradients through the dynamics (Hafner et al. 2020).</summary>
    Dreamer,

    /// <summary>An actor trained with action values on imagined transitions (Sutton 1991; Janner et al. 2019).</summary>
    Dyna,

    /// <summary>A linear controller evolved in imagination (Ha and Schmidhuber 2018).</summary>
    WorldModels,
}

/// <summary>Order in which the filter and the models on its beliefs are trained.</summary>
[JsonConverter(typeof(JsonStringEnumConverter))]
public enum LatentSchedule
{
    /// <summary>All in the same gradient steps.</summary>
    Joint,

    /// <summary>The filter first; then the others on its beliefs, in rounds of planned episodes.</summary>
    Rounds,
}

/// <summary>Actor that proposes action sequences to the planner, by the method that trains it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter))]
public enum ProposingActor
{
    /// <summary>No actor.</summary>
    None,

    /// <summary>Dreamer's actor (Hafner et al. 2020).</summary>
    Dreamer,

    /// <summary>Dyna's actor (Sutton 1991; Janner et al. 2019).</summary>
    Dyna,

    /// <summary>World Models' linear controller (Ha and Schmidhuber 2018).</summary>
    WorldModels,
}
