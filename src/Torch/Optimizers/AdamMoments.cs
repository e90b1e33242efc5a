using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>The state of Adam and of AdamW, whose fields are public and their own.</summary>
internal interface IAdamMoments
{
    ref long Step { get; }

    ref Tensor First { get; }

    ref Tensor Second { get; }

    ref Tensor? Maximum { get; }
}

/// <summary>What the states of Adam and of AdamW do.</summary>
internal static class AdamMoments
{
    internal static void Initialize(IAdamMoments state, Tensor parameter, bool amsgrad)
    {
        Dispose(state);
        state.Step = 0;
        state.First = zeros_like(parameter).DetachFromDisposeScope();
        state.Second = zeros_like(parameter).DetachFromDisposeScope();
        state.Maximum = amsgrad ? zeros_like(parameter).DetachFromDisposeScope() : null;
    }

    internal static void Dispose(IAdamMoments state)
    {
        state.First?.Dispose();
        state.Second?.Dispose();
        state.Maximum?.Dispose();
    }

    /// <summary>Without the maximum, which may be absent.</summary>
    internal static void Save(IAdamMoments state, BinaryWriter writer)
    {
        writer.Write(state.Step);
        state.First.Save(writer);
        state.Second.Save(writer);
    }

    /// <summary>Without the maximum, which may be absent.</summary>
    internal static void Load(IAdamMoments state, BinaryReader reader)
    {
        state.Step = reader.ReadInt64();
        state.First.Load(reader);
        state.Second.Load(reader);
    }

    internal static void CopyFrom(IAdamMoments state, IAdamMoments source, Device device)
    {
        Dispose(state);
        state.Step = source.Step;
        state.First = Copy(source.First, device);
        state.Second = Copy(source.Second, device);
        state.Maximum = source.Maximum is null ? null : Copy(source.Maximum, device);
    }

    internal static bool AreClose(IAdamMoments a, IAdamMoments b)
        => a.Step == b.Step && a.First.allclose(b.First) && a.Second.allclose(b.Second)
           && (a.Maximum is null || (b.Maximum is not null && a.Maximum.allclose(b.Maximum)));

    internal static void Move(IAdamMoments state, Device device)
    {
        state.First = Moved(state.First, device);
        state.Second = Moved(state.Second, device);
        state.Maximum = state.Maximum is null ? null : Moved(state.Maximum, device);
    }

    private static Tensor Copy(Tensor tensor, Device device) => tensor.to(device, copy: true).DetachFromDisposeScope();

    private static Tensor Moved(Tensor tensor, Device device) => tensor.to(device, disposeAfter: device.type != tensor.device_type).DetachFromDisposeScope();
}
