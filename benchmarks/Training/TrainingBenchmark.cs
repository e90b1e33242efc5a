using Robotics.Core.Randomness;
using Robotics.Core.Threading;
using Robotics.Core.Time;
using Robotics.TorchExtras;

namespace Robotics.Benchmarks.Training;

/// <summary>Time of a gradient step of one model, on one thread pinned to a core.</summary>
/// <param name="clock">The machine's clock.</param>
/// <param name="seed">Seed of weights and experience.</param>
internal sealed class TrainingBenchmark(IClock clock, ulong seed)
{
    /// <summary>Number of rounds; the first two, in which code is compiled and memory is taken, do not count.</summary>
    public const int Rounds = 12;

    private const int UncountedRounds = 2;
    private readonly List<double> _milliseconds = [];

    /// <summary>[rounds − 2], mean time of an update in a round, ms.</summary>
    public IReadOnlyList<double> Milliseconds => _milliseconds;

    /// <summary>Gradient steps that were timed.</summary>
    public long Updates { get; private set; }

    /// <summary>Runs all rounds.</summary>
    /// <param name="name">A name of <see cref="TrainingPreset.Names"/>.</param>
    /// <param name="seconds">Duration of all rounds together, s.</param>
    /// <param name="cancellationToken">Stops between two updates.</param>
    public void Run(string name, double seconds, CancellationToken cancellationToken)
    {
        TorchProcess.Threads = 1;
        RealTime.TryPinCurrentThread(Environment.ProcessorCount - 1);
        using var preset = TrainingPreset.Create(name, RandomKey.FromSeed(seed));
        for (var round = 0; round < Rounds; round++)
        {
            var (start, updates) = (clock.Now, 0L);
            do
                updates += preset.Train(1, cancellationToken);
            while ((clock.Now - start).TotalSeconds < seconds / Rounds);
            if (round < UncountedRounds)
                continue;
            _milliseconds.Add((clock.Now - start).TotalSeconds * 1e3 / updates);
            Updates += updates;
        }
    }
}
