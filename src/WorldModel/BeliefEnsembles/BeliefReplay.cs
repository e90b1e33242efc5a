using Robotics.Core.Errors;
using Robotics.Core.Randomness;
using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Sequences;
using Robotics.TorchExtras;
using static TorchSharp.torch;

namespace Robotics.WorldModel.BeliefEnsembles;

/// <summary>A filter's beliefs at every step of episodes, with the actions and rewards. Not thread-safe; not for the tick path.</summary>
public sealed class BeliefReplay
{
    private const int EpisodesAtOnce = 8;
    private readonly List<BeliefTrack> _tracks = [];

    /// <summary>Number of episodes.</summary>
    public int Count => _tracks.Count;

    /// <summary>The episodes before this one are of random actions, those from it on are planned.</summary>
    public int PlannedFrom { get; set; }

    /// <summary>Filters the episodes of a replay from one on, with the means of the latents, as the loop does, and adds them.</summary>
    /// <param name="model">The filter.</param>
    /// <param name="episodes">The episodes.</param>
    /// <param name="first">The first to add.</param>
    /// <param name="device">Device of the filter.</param>
    /// <param name="progress">Receives the number of episodes done; may be null.</param>
    public void Add(RecurrentStateSpaceModel model, SequenceReplay episodes, int first, Device device, Action<int>? progress = null)
    {
        using var noGrad = no_grad();
        for (var i = first; i < episodes.Sequences.Count; i += EpisodesAtOnce)
        {
            using var scope = NewDisposeScope();
            var some = episodes.Sequences.Skip(i).Take(EpisodesAtOnce).ToList();
            var batch = episodes.Whole(i, some.Count, some.Max(s => s.Steps), device);
            var features = model.Infer(batch, sample: false).Carries.transpose(0, 1).contiguous();
            for (var e = 0; e < some.Count; e++)
                _tracks.Add(
                    new BeliefTrack(features[e].narrow(0, 0, some[e].Steps).ToFloats(), some[e].Episode.Actions, some[e].Episode.Rewards));
            progress?.Invoke(i + some.Count);
        }
    }

    /// <summary>Std of every element of the beliefs, [belief].</summary>
    public float[] Std()
    {
        var size = _tracks[0].Beliefs.Length / (_tracks[0].Steps + 1);
        var (sum, squares, count) = (new double[size], new double[size], 0L);
        foreach (var track in _tracks)
        {
            for (var i = 0; i < track.Beliefs.Length; i++)
            {
                var value = (double)track.Beliefs[i];
                (sum[i % size], squares[i % size]) = (sum[i % size] + value, squares[i % size] + (value * value));
            }

            count += track.Steps + 1;
        }

        return [.. sum.Select((s, i) => (float)Math.Max(1e-3, Math.Sqrt(Math.Max(0, (squares[i] / count) - Math.Pow(s / count, 2)))))];
    }

    /// <summary>Samples starts with the given number of following steps; shorter episodes are left out.</summary>
    /// <param name="count">N.</param>
    /// <param name="steps">K.</param>
    /// <param name="plannedShare">Fraction of planned episodes, when there are any.</param>
    /// <param name="key">Random key.</param>
    /// <param name="device">Device of the tensors.</param>
    /// <param name="counts">Bootstrap count of each episode; null counts each once.</param>
    /// <exception cref="UserErrorException">No episode is long enough.</exception>
    internal BeliefBatch Sample(int count, int steps, double plannedShare, RandomKey key, Device device, Func<int, int>? counts = null)
    {
        var random = key.OpenStream();
        var (size, actions) = (_tracks[0].Beliefs.Length / (_tracks[0].Steps + 1), _tracks[0].Actions.Length / _tracks[0].Steps);
        var old = Enumerable.Range(0, Math.Min(PlannedFrom, Count)).Where(i => _tracks[i].Steps >= steps).SelectMany(Counted).ToArray();
        var planned = Enumerable.Range(PlannedFrom, Math.Max(0, Count - PlannedFrom))
            .Where(i => _tracks[i].Steps >= steps).SelectMany(Counted).ToArray();
        if (old.Length + planned.Length == 0)
            throw new UserErrorException(
                $"No episode has {steps} steps for multi-step training; lower 'steps', or collect longer episodes.");
        var (beliefs, acts, rewards) =
            (new float[(steps + 1) * count * size], new float[steps * count * actions], new float[(steps + 1) * count]);
        var (known, episodes) = (new float[(steps + 1) * count], new int[count]);
        for (var n = 0; n < count; n++)
        {
            var from = old.Length == 0 || (planned.Length > 0 && random.NextUniform(0, 1) < plannedShare) ? planned : old;
            episodes[n] = from[random.NextInt32(from.Length)];
            var track = _tracks[episodes[n]];
            var start = random.NextInt32(track.Steps - steps + 1);
            for (var t = 0; t <= steps; t++)
            {
                track.Beliefs.AsSpan((start + t) * size, size).CopyTo(beliefs.AsSpan(((t * count) + n) * size));
                if (t < steps)
                    track.Actions.AsSpan((start + t) * actions, actions).CopyTo(acts.AsSpan(((t * count) + n) * actions));
                if (start + t == 0)
                    continue;
                (rewards[(t * count) + n], known[(t * count) + n]) = (track.Rewards[start + t - 1], 1);
            }
        }

        return new BeliefBatch(
            tensor(beliefs, [steps + 1, count, size], device: device), tensor(acts, [steps, count, actions], device: device),
            tensor(rewards, [steps + 1, count, 1], device: device), tensor(known, [steps + 1, count, 1], device: device), episodes);

        IEnumerable<int> Counted(int episode) => Enumerable.Repeat(episode, counts?.Invoke(episode) ?? 1);
    }

    private sealed record BeliefTrack(float[] Beliefs, float[] Actions, float[] Rewards)
    {
        public int Steps => Rewards.Length;
    }
}

/// <summary>Starts with the following steps, time first.</summary>
/// <param name="Beliefs">[K + 1 × N × belief].</param>
/// <param name="Actions">[K × N × action].</param>
/// <param name="Rewards">[K + 1 × N × 1], received on arriving at each belief.</param>
/// <param name="Known">[K + 1 × N × 1], 1 where there is such a reward.</param>
/// <param name="Episodes">[N], index of each start's episode in the replay.</param>
internal sealed record BeliefBatch(Tensor Beliefs, Tensor Actions, Tensor Rewards, Tensor Known, IReadOnlyList<int> Episodes);
