using Robotics.Core.Rollouts;
using Robotics.TorchExtras;
using static TorchSharp.torch;

namespace Robotics.WorldModel.Rollouts;

/// <summary>
/// The particles of a whole population as tensors, in rows by member: row n·P/M + j of a member is the j-th of its particles
/// of candidate n. Its tensors belong to the dispose scope in which it was made. The state is replaced at
/// every step, never overwritten, because derivatives need the states that were. Not thread-safe.
/// </summary>
internal sealed class ParticleBatch
{
    private readonly int[] _place;
    private readonly float[] _belief;
    private readonly long _members;
    private readonly long _population;
    private readonly long _share;
    private readonly Device _device;
    private readonly Tensor _returns;
    private readonly Tensor _faults;
    private readonly Tensor? _alive;

    public ParticleBatch(int[] predicted, float[] belief, int members, int population, int particles, bool ends, Device device)
    {
        (_belief, _members, _population, _share, _device) = (belief, members, population, particles / members, device);
        _place = new int[belief.Length];
        Array.Fill(_place, -1);
        for (var k = 0; k < predicted.Length; k++)
            _place[predicted[k]] = k;
        var rows = _population * _share;
        State = tensor(predicted.Select(e => belief[e]).ToArray(), device: device).expand(_members, rows, -1).contiguous();
        _returns = zeros(_members, rows, device: device);
        _faults = zeros(_members, rows, device: device);
        _alive = ends ? ones(_members, rows, device: device) : null;
    }

    /// <summary>[member × row × D].</summary>
    public Tensor State { get; private set; }

    /// <summary>An observation element as input of the reward.</summary>
    /// <param name="element">Its place in the observation.</param>
    /// <param name="lines">The state, [D × member × row].</param>
    public Tensor Element(int element, Tensor lines) =>
        _place[element] >= 0 ? lines.select(0, _place[element]) : full(1, _belief[element], device: _device);

    /// <summary>
    /// TS1: assigns every candidate's particles to the members anew, by a uniform permutation with equal shares. A particle's
    /// return goes with it, so nothing has to be put back.
    /// </summary>
    public void Shuffle(Generator generator)
    {
        var particles = _members * _share;
        var permutation = rand(_population, particles, generator: generator).to(_device).argsort(1);
        var candidate = arange(_population, device: _device).unsqueeze(1).mul(_share);
        var member = permutation.div(_share, RoundingMode.floor);
        var source = (member * (_population * _share)) + candidate + (permutation - (member * _share));
        var rows = source.view(_population, _members, _share).transpose(0, 1).reshape(-1);
        Replace(State.view(_members * _population * _share, -1).index_select(0, rows).view(State.shape));
        foreach (var line in _alive is null ? [_returns, _faults] : new[] { _returns, _faults, _alive })
            line.copy_(line.view(-1).index_select(0, rows).view(line.shape));
    }

    /// <summary>Sets the next state, clipped to its bounds; non-finite values are detected before clipping hides them.</summary>
    public void Accept(Tensor next, Tensor low, Tensor high)
    {
        // x − x is 0 for a number and NaN for anything else.
        var settled = next.detach();
        Accumulate(_faults, settled.sub(settled).sum(2));
        Replace(next.clamp_(low, high));
    }

    /// <summary>Adds the rewards of a step; broadcast over what they do not depend on.</summary>
    public void Score(Tensor rewards) => Accumulate(_returns, rewards);

    /// <summary>Ends the particles whose termination value is above 0.</summary>
    public void End(Tensor ended) => _alive!.masked_fill_(ended.gt(0).expand(_alive.shape), 0);

    /// <summary>The sum over candidates of their returns: its derivative by a candidate's actions is that of its own return.</summary>
    public Tensor TotalReturn() => _returns.sum() * (1.0 / (_members * _share));

    /// <summary>Writes each candidate's result.</summary>
    /// <param name="overParticles">True when the std is taken over particles; otherwise over the members' means.</param>
    /// <param name="first">Index of the first candidate's result.</param>
    /// <param name="into">Receives the results.</param>
    public void Summarise(bool overParticles, int first, RolloutResult into)
    {
        using var noGrad = no_grad();
        var returns = _returns.view(_members, _population, _share);
        var groups = overParticles
            ? returns.transpose(0, 1).reshape(_population, -1)
            : returns.mean([2]).transpose(0, 1);
        var mean = returns.mean([0, 2]).cpu().ToFloats();
        var std = groups.std(1, unbiased: false).cpu().ToFloats();
        var faults = _faults.view(_members, _population, _share).sum([0, 2]).cpu().ToFloats();
        for (var n = 0; n < mean.Length; n++)
        {
            var isFinite = float.IsFinite(mean[n]) && float.IsFinite(faults[n]);
            into.Status[first + n] = isFinite ? RolloutStatus.Ok : RolloutStatus.NotFinite;
            into.Returns[first + n] = isFinite ? mean[n] : float.NegativeInfinity;
            into.Disagreement[first + n] = isFinite ? std[n] : 0;
        }
    }

    /// <summary>Moves the next state to the scope of the batch.</summary>
    private void Replace(Tensor state)
    {
        State.Dispose();
        State = state.MoveToOuterDisposeScope();
    }

    // Not multiplied by "alive": 0 times what is not finite would not be 0.
    private void Accumulate(Tensor sum, Tensor values) =>
        sum.add_(_alive is null ? values : where(_alive.gt(0), values, zeros_like(values)));
}
