using TorchSharp.Modules;

namespace TorchSharp;

/// <summary>The options of Adam and of AdamW, whose fields are public and their own.</summary>
internal interface IAdamSettings
{
    double? LearningRate { get; set; }

    ref double? Beta1 { get; }

    ref double? Beta2 { get; }

    ref double? Decay { get; }

    ref double? Epsilon { get; }

    ref bool? Amsgrad { get; }

    ref bool? Maximise { get; }
}

/// <summary>What the options of Adam and of AdamW do.</summary>
internal static class AdamSettings
{
    internal static void Check(IAdamSettings settings)
    {
        if (settings.LearningRate < 0) throw new ArgumentException("Invalid learning rate: " + settings.LearningRate);
        if (settings.Beta1 is < 0 or >= 1) throw new ArgumentException("Invalid beta1 value: " + settings.Beta1);
        if (settings.Beta2 is < 0 or >= 1) throw new ArgumentException("Invalid beta2 value: " + settings.Beta2);
        if (settings.Epsilon < 0) throw new ArgumentException("Invalid eps value: " + settings.Epsilon);
        if (settings.Decay < 0) throw new ArgumentException("Invalid weight_decay value: " + settings.Decay);
    }

    /// <summary>Takes the defaults where nothing is said.</summary>
    internal static void Complete(IAdamSettings settings, IAdamSettings defaults)
    {
        settings.LearningRate ??= defaults.LearningRate;
        settings.Beta1 ??= defaults.Beta1;
        settings.Beta2 ??= defaults.Beta2;
        settings.Epsilon ??= defaults.Epsilon;
        settings.Decay ??= defaults.Decay;
        settings.Amsgrad ??= defaults.Amsgrad;
        settings.Maximise ??= defaults.Maximise;
    }

    internal static AdamRates Rates(IAdamSettings settings, bool decoupled) => new(
        settings.LearningRate!.Value, settings.Beta1!.Value, settings.Beta2!.Value, settings.Epsilon!.Value, settings.Decay!.Value,
        decoupled, settings.Amsgrad!.Value, settings.Maximise!.Value);

    internal static void Save(IAdamSettings settings, BinaryWriter writer)
    {
        writer.Write(settings.Beta1!.Value);
        writer.Write(settings.Beta2!.Value);
        writer.Write(settings.Epsilon!.Value);
        writer.Write(settings.Decay!.Value);
        writer.Write(settings.Amsgrad!.Value);
        writer.Write(settings.Maximise!.Value);
    }

    internal static void Load(IAdamSettings settings, BinaryReader reader)
    {
        settings.Beta1 = reader.ReadDouble();
        settings.Beta2 = reader.ReadDouble();
        settings.Epsilon = reader.ReadDouble();
        settings.Decay = reader.ReadDouble();
        settings.Amsgrad = reader.ReadBoolean();
        settings.Maximise = reader.ReadBoolean();
    }

    internal static void CopyFrom(IAdamSettings settings, IAdamSettings source)
    {
        settings.Beta1 = source.Beta1;
        settings.Beta2 = source.Beta2;
        settings.Epsilon = source.Epsilon;
        settings.Decay = source.Decay;
        settings.Amsgrad = source.Amsgrad;
        settings.Maximise = source.Maximise;
    }
}
