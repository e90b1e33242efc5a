using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Robotics.Core.Randomness;
using Robotics.Inference.Ensembles;
using Robotics.Inference.Simd;
using Robotics.Inference.Terms;

namespace Robotics.Inference.Rollouts;

/// <summary>Carries a block of candidates through the horizon. Thread-safe as long as each caller brings its own block.</summary>
internal abstract class RolloutKernel
{
    /// <summary>The kernel of a vector width.</summary>
    public static RolloutKernel Create(VectorWidth width, TermTileProgram reward, TermTileProgram? termination) => width switch
    {
        VectorWidth.Bits512 => new RolloutKernel<Simd512, Vector512<float>, Vector512<uint>>(reward, termination),
        VectorWidth.Bits256 => new RolloutKernel<Simd256, Vector256<float>, Vector256<uint>>(reward, termination),
        _ => new RolloutKernel<Simd128, Vector128<float>, Vector128<uint>>(reward, termination),
    };

    /// <summary>Advances the block by one step: predict, sample, score.</summary>
    /// <param name="ensemble">The model.</param>
    /// <param name="block">The block, this step's actions loaded.</param>
    /// <param name="key">Random key.</param>
    /// <param name="step">The step.</param>
    public abstract void Step(PackedEnsemble ensemble, RolloutBlock block, RandomKey key, int step);

    /// <summary>Fills the block's outputs and leaves the state as it is.</summary>
    public abstract void Predict(PackedEnsemble ensemble, RolloutBlock block);
}

/// <summary>
/// The kernel of one vector width. It and all that it calls is compiled with full optimisation at once: tiered compilation
/// would delay the first decisions tenfold.
/// </summary>
internal sealed unsafe class RolloutKernel<TS, TF, TU>(TermTileProgram reward, TermTileProgram? termination) : RolloutKernel
    where TS : struct, ISimd<TF, TU>
    where TF : struct
    where TU : struct
{
    public override void Step(PackedEnsemble ensemble, RolloutBlock block, RandomKey key, int step)
    {
        if (block.Propagation == Propagation.TS1)
            ParticleShuffle.Shuffle(block, key, step);
        Predict(ensemble, block);
        if (block.Propagation == Propagation.MM && !ensemble.IsDeterministic)
        {
            TransitionKernel<TS, TF, TU>.Sample(ensemble, block, key, step);
            MomentKernel.Match(ensemble, block);
            TransitionKernel<TS, TF, TU>.Advance(ensemble, block, key, step, sample: 1);
        }
        else
        {
            TransitionKernel<TS, TF, TU>.Advance(ensemble, block, key, step, sample: 0);
        }

        Score(block);
        if (termination is not null)
            Terminate(termination, block);
    }

    public override void Predict(PackedEnsemble ensemble, RolloutBlock block)
    {
        if (block.Propagation.AsksAllMembers())
            MixtureKernel<TS, TF, TU>.Predict(ensemble, block);
        else
            EnsembleKernel<TS, TF, TU>.Predict(ensemble, block);
    }

    private static float* Run(TermTileProgram program, RolloutBlock block)
    {
        var state = block.State.Pointer;
        var actions = block.Actions.Pointer;
        var registers = block.Registers.Pointer;
        program.Run<TS, TF, TU>(state, actions, registers, block.Rows, block.ActiveRows);
        return program.Output(0, state, actions, registers, block.Rows);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Terminate(TermTileProgram program, RolloutBlock block)
    {
        var ended = Run(program, block);
        var zero = TS.Create(0f);
        for (var row = 0; row < block.ActiveRows; row += TS.Lanes)
            TS.Store(TS.Select(TS.GreaterThan(TS.Load(ended + row), zero), zero, TS.Load(block.Alive + row)), block.Alive + row);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Score(RolloutBlock block)
    {
        var rewards = Run(reward, block);
        var zero = TS.Create(0f);
        for (var row = 0; row < block.ActiveRows; row += TS.Lanes)
        {
            var alive = TS.GreaterThan(TS.Load(block.Alive + row), zero);
            TS.Store(TS.Add(TS.Load(block.Returns + row), TS.Select(alive, TS.Load(rewards + row), zero)), block.Returns + row);
        }
    }
}
