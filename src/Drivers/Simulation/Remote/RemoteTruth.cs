using System.Buffers;
using System.Runtime.InteropServices;
using Robotics.Core.Links;
using Robotics.Core.Spaces;
using Robotics.Core.Threading;
using Robotics.Drivers.Simulation.Mujoco;
using Robotics.Drivers.Simulation.World;

namespace Robotics.Drivers.Simulation.Remote;

/// <summary>
/// The true state of a simulator in another process: whole states arrive, and points are computed in a copy of the model.
/// One thread receives, one reads.
/// </summary>
internal sealed class RemoteTruth(MujocoModel model) : IPrivilegedState, IDisposable
{
    private readonly MujocoData _data = new(model);
    private readonly TripleBuffer<double[]> _states = new(() => new double[model.StateSize]);
    private double[]? _shown;

    /// <inheritdoc/>
    public IPrivilegedReader Bind(Quantity quantity) => new Reader(this, new TrueQuantity(model, quantity));

    /// <summary>Takes a state off the channel.</summary>
    public void Receive(ReadOnlySequence<byte> payload)
    {
        var into = MemoryMarshal.AsBytes(_states.Draft.AsSpan());
        if (payload.Length != into.Length)
            throw new IOException($"The simulator sent a state of {payload.Length} bytes in place of {into.Length}.");
        payload.CopyTo(into);
        _states.Publish();
    }

    /// <inheritdoc/>
    public void Dispose() => _data.Dispose();

    private void Refresh()
    {
        var latest = _states.Latest();
        if (ReferenceEquals(latest, _shown))
            return;
        _shown = latest;
        _data.SetState(latest);
        _ = _data.UpdatePoses();
    }

    private sealed class Reader(RemoteTruth truth, TrueQuantity quantity) : IPrivilegedReader
    {
        public void Read(Span<double> into)
        {
            truth.Refresh();
            quantity.Read(truth._data, into);
        }
    }
}
