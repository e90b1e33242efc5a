using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>The numbers of one step.</summary>
internal readonly record struct AdamRates(double Rate, double Beta1, double Beta2, double Epsilon, double Decay, bool Decoupled, bool Amsgrad, bool Maximise);

/// <summary>One step over a group, in one call across the border.</summary>
internal static unsafe class AdamStep
{
    internal static void Run(IEnumerable<Parameter> parameters, IAdamMoments[] moments, in AdamRates rates)
    {
        var owners = Gradients.Handles(parameters.ToArray());
        var firsts = Gradients.Handles(Array.ConvertAll(moments, moment => moment.First));
        var seconds = Gradients.Handles(Array.ConvertAll(moments, moment => moment.Second));
        var maxima = rates.Amsgrad ? Gradients.Handles(Array.ConvertAll(moments, moment => moment.Maximum!)) : [];
        var steps = Array.ConvertAll(moments, moment => moment.Step);
        fixed (nint* owner = owners, first = firsts, second = seconds, maximum = maxima)
        fixed (long* step = steps)
        {
            Native.Check(Native.rt_adam(owner, first, second, maximum, step, owners.Length, rates.Rate, rates.Beta1, rates.Beta2,
                rates.Epsilon, rates.Decay, rates.Decoupled ? 1 : 0, rates.Maximise ? 1 : 0));
        }
        for (var i = 0; i < moments.Length; i++) moments[i].Step = steps[i];
        GC.KeepAlive(parameters);
    }
}
