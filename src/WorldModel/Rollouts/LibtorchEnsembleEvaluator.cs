using Robotics.Core.Rollouts;
using Robotics.Core.Spaces;
using Robotics.Core.Threading;
using Robotics.Inference.Ensembles;
using Robotics.Inference.Rollouts;
using Robotics.Inference.Weights;
using Robotics.TorchExtras;
using Robotics.WorldModel.Terms;
using static TorchSharp.torch;

namespace Robotics.WorldModel.Rollouts;

/// <summary>
/// Trajectory sampling (PETS; Chua et al. 2018, section 5) with the operators of libtorch: candidates in batches, the
/// members as batched products [M × N·P/M × width], on the processor or on a CUDA device. It gives the results of
/// <see cref="FusedEnsembleEvaluator"/> except for the random numbers, which are libtorch's own; it serves as a reference
/// to compare with, for devices on which libtorch is faster, and for gradient-based planners.
/// </summary>
/// <remarks>
/// Threads: either libtorch's own, as many as <see cref="TorchProcess.Threads"/> says, which share each operator; or those of
/// <see cref="LibtorchEvaluatorOptions.Workers"/>, which share the candidates and wait for one another only at the end; for
/// gradients, libtorch's own. Allocates tensors at every step: not for the tick path. One caller at a time.
/// </remarks>
public sealed class LibtorchEnsembleEvaluator : IDifferentiableEvaluator, IDisposable
{
    private readonly LibtorchEvaluatorOptions _options;
    private readonly ObservationSpace _space;
    private readonly int _members;
    private readonly Device _device;
    private TensorEnsemble _ensemble;
    private readonly TermTensorProgram _reward;
    private readonly TermTensorProgram? _termination;

    /// <summary>Copies the weights to the device.</summary>
    /// <param name="weights">The model.</param>
    /// <param name="options">The evaluator's options.</param>
    /// <exception cref="ArgumentException">The options do not fit the model.</exception>
    public LibtorchEnsembleEvaluator(EnsembleWeights weights, LibtorchEvaluatorOptions options)
    {
        options.Validate(weights);
        (_options, _space, _members) = (options, weights.Observations, weights.Members);
        ActionDimension = weights.ActionDimension;
        _device = device(options.Device);
        _ensemble = new TensorEnsemble(weights, _device);
        _reward = new TermTensorProgram(options.Reward, _device);
        _termination = options.Termination is null ? null : new TermTensorProgram(options.Termination, _device);
    }

    /// <inheritdoc/>
    public int BeliefDimension => _space.Dimension;

    /// <inheritdoc/>
    public int ActionDimension { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A length does not fit the request's numbers.</exception>
    public void Evaluate(in RolloutRequest request, RolloutResult into)
    {
        Check(request, into);
        using (inference_mode())
            _ensemble.Begin(request.Belief.ToArray(), _device);
        new Groups(this, request, into).Run(_options.Workers);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The noise is that of <see cref="Evaluate"/> with the same key, s + μ + σ·ε with ε held fixed (the reparameterisation of
    /// Kingma and Welling 2014), and the derivative goes through μ, σ, the clipping (0 where it clips), the reward program and
    /// all later states. With TS1 the assignment is held fixed; where a termination ends a particle is held fixed too. Keeps
    /// every step's activations until it returns.
    /// </remarks>
    /// <exception cref="ArgumentException">A length does not fit the request's numbers.</exception>
    public void EvaluateGradient(in RolloutRequest request, RolloutResult into, Span<float> gradient)
    {
        Check(request, into);
        if (gradient.Length != request.Actions.Length)
            throw new ArgumentException(
                $"The gradient has room for {gradient.Length} numbers where {request.Actions.Length} are needed.", nameof(gradient));
        using (no_grad())
            _ensemble.Begin(request.Belief.ToArray(), _device);
        using var on = enable_grad();
        gradient.Clear();
        var size = GroupSize(request);
        for (var first = 0; first < request.Population; first += size)
        {
            using var scope = NewDisposeScope();
            var actions = Actions(request, first, Math.Min(size, request.Population - first)).requires_grad_();
            var total = Roll(request, actions, first, into);
            if (total.requires_grad)
                autograd.grad([total], [actions])[0].cpu().contiguous()
                    .ToFloats().CopyTo(gradient[(first * request.Horizon * ActionDimension)..]);
        }
    }

    /// <summary>Replaces the model by another of the same spaces and members, for example after training. Not during a rollout.</summary>
    /// <exception cref="ArgumentException">The model has another shape.</exception>
    public void Use(EnsembleWeights weights)
    {
        _options.Validate(weights);
        if (weights.Observations.Hash != _space.Hash || weights.ActionDimension != ActionDimension || weights.Members != _members)
            throw new ArgumentException("The ensemble has another shape than the one before it; make a new evaluator.", nameof(weights));
        var next = new TensorEnsemble(weights, _device);
        _ensemble.Dispose();
        _ensemble = next;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ensemble.Dispose();
        _reward.Dispose();
        _termination?.Dispose();
    }

    private void Check(in RolloutRequest request, RolloutResult into)
    {
        if (request.Population > into.Capacity || request.Belief.Length != BeliefDimension
            || request.Actions.Length != request.Population * request.Horizon * ActionDimension)
        {
            throw new ArgumentException("The request's lengths do not fit the model or the result.", nameof(request));
        }
    }

    private int GroupSize(in RolloutRequest request) => _options.CandidatesAtOnce ?? request.Population;

    /// <summary>[candidate × horizon × action].</summary>
    private Tensor Actions(in RolloutRequest request, int first, int count)
    {
        var length = request.Horizon * ActionDimension;
        return tensor(
            request.Actions.Slice(first * length, count * length).ToArray(), [count, request.Horizon, ActionDimension], device: _device);
    }

    /// <summary>Rolls a group of candidates out over the horizon and writes its results; returns the sum of its returns.</summary>
    private Tensor Roll(in RolloutRequest request, Tensor actions, int first, RolloutResult into)
    {
        using var generator = new Generator(request.Key.Derive((ulong)first).Value);
        var count = (int)actions.shape[0];
        var particles = new ParticleBatch(
            _ensemble.Predicted, request.Belief.ToArray(), _members, count, _options.Particles, _termination is not null, _device);
        var expanded = ExpandActions(actions);
        for (var step = 0; step < request.Horizon; step++)
        {
            using var temporaries = NewDisposeScope();
            Advance(particles, expanded.select(0, step), generator);
        }

        particles.Summarise(_options.Propagation == Propagation.TS1, first, into);
        return particles.TotalReturn();
    }

    /// <summary>[horizon × row × action]: each candidate's actions once per particle of a member.</summary>
    private Tensor ExpandActions(Tensor actions)
    {
        var (count, horizon) = (actions.shape[0], actions.shape[1]);
        var share = _options.Particles / _members;
        return actions.transpose(0, 1).unsqueeze(2)
            .expand(horizon, count, share, ActionDimension)
            .reshape(horizon, count * share, ActionDimension);
    }

    private void Advance(ParticleBatch particles, Tensor actions, Generator generator)
    {
        if (_options.Propagation == Propagation.TS1)
            particles.Shuffle(generator);
        var output = _ensemble.Predict(particles.State, actions.unsqueeze(0).expand(_members, -1, -1));
        var next = Sample(particles.State, output, generator);
        particles.Accept(next, _ensemble.Low, _ensemble.High);

        // Each element in one piece: the program reads them one by one, often.
        var lines = particles.State.permute(2, 0, 1).contiguous();
        var columns = actions.transpose(0, 1).contiguous();
        particles.Score(Run(_reward, particles, lines, columns));
        if (_termination is not null)
            particles.End(Run(_termination, particles, lines, columns));
    }

    /// <summary>s + μ + σ·ε with the log-variance bounded as the networks' training does; without variances s + μ.</summary>
    private Tensor Sample(Tensor state, Tensor output, Generator generator)
    {
        if (_ensemble.IsDeterministic)
            return state + output;
        var d = _ensemble.Predicted.Length;
        var upper = _ensemble.MaximumLogVariance - nn.functional.softplus(_ensemble.MaximumLogVariance - output.narrow(2, d, d));
        var logVariance = nn.functional.softplus(upper.sub_(_ensemble.MinimumLogVariance)).add_(_ensemble.MinimumLogVariance);
        return randn(state.shape, generator: generator).to(_device)
            .mul_(logVariance.mul_(0.5f).exp_()).add_(output.narrow(2, 0, d)).add_(state);
    }

    private static Tensor Run(TermTensorProgram program, ParticleBatch particles, Tensor lines, Tensor columns) =>
        program.Run(e => particles.Element(e, lines), a => columns.select(0, a))[0];

    /// <summary>The groups of one request. An exception on a worker is rethrown to the caller.</summary>
    private sealed class Groups(LibtorchEnsembleEvaluator owner, RolloutRequest request, RolloutResult into) : IParallelWork
    {
        private readonly int _size = owner.GroupSize(request);
        private volatile Exception? _failure;

        public void Run(WorkerPool? workers)
        {
            var groups = (request.Population + _size - 1) / _size;
            if (workers is not null)
                workers.Run(this, groups);
            for (var i = 0; workers is null && i < groups; i++)
                Execute(i, 0);
            if (_failure is { } failure)
                throw new InvalidOperationException($"libtorch could not roll out: {failure.Message}", failure);
        }

        public void Execute(int item, int worker)
        {
            try
            {
                using var inferenceMode = inference_mode();
                using var scope = NewDisposeScope();
                var first = item * _size;
                owner.Roll(request, owner.Actions(request, first, Math.Min(_size, request.Population - first)), first, into);
            }
            catch (Exception e)
            {
                _failure = e;
            }
        }
    }
}
