using static TorchSharp.torch;

namespace Robotics.SequenceModels.Refinement;

/// <summary>Time steps of filtered sequences, each with the memory before it: with θ fixed they are independent problems.</summary>
/// <param name="Memory">[N × memory].</param>
/// <param name="Observation">x_t, [N × row].</param>
public sealed record FilteredSteps(Tensor Memory, Tensor Observation)
{
    /// <summary>N.</summary>
    public long Count => Memory.shape[0];

    /// <summary>Filters sequences. Samples z from libtorch's generator; no gradients.</summary>
    /// <param name="model">θ.</param>
    /// <param name="inference">Infers the posteriors.</param>
    /// <param name="sequences">[T × B × row].</param>
    public static FilteredSteps From(FilteringModel model, PosteriorInference inference, Tensor sequences)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var memories = new List<Tensor>();
        var carry = model.Start(sequences.shape[1]);
        foreach (var observation in sequences.unbind(0))
        {
            using var step = NewDisposeScope();
            var memory = model.Before(carry, observation);
            memories.Add(memory);
            var posterior = inference.Infer(model, model.Prior(memory), memory, observation);
            carry = model.After(memory, observation, posterior.Distribution.Sample());
            scope.Attach(memory, carry);
        }

        return new FilteredSteps(cat(memories, 0).MoveToOuterDisposeScope(), sequences.flatten(0, 1).MoveToOuterDisposeScope());
    }

    /// <summary>The chosen steps.</summary>
    /// <param name="rows">[M], whole numbers below N.</param>
    public FilteredSteps Select(Tensor rows) => new(Memory.index_select(0, rows), Observation.index_select(0, rows));
}
