using Robotics.Inference.Simd;

namespace Robotics.Inference.Ensembles;

/// <summary>
/// One worker's scratch for one item: lines of rows. Arranged and filled anew by every item; allocated once.
/// </summary>
internal sealed unsafe class RolloutBlock
{
    private readonly AlignedFloats _rows;
    private readonly int _actionDimension;

    /// <summary>Allocates for the largest item.</summary>
    /// <param name="ensemble">The model.</param>
    /// <param name="rows">Rows of the largest item.</param>
    /// <param name="options">The evaluator's options.</param>
    /// <param name="registers">Lines of scratch that the term programs need.</param>
    public RolloutBlock(PackedEnsemble ensemble, int rows, FusedEnsembleOptions options, int registers)
    {
        Propagation = options.Propagation;
        CommonRandomNumbers = options.CommonRandomNumbers;
        _actionDimension = ensemble.ActionDimension;
        State = new AlignedFloats((long)ensemble.Observations.Dimension * rows);
        Actions = new AlignedFloats((long)ensemble.ActionDimension * rows);
        Outputs = new AlignedFloats((long)ensemble.Outputs * rows);
        Registers = new AlignedFloats((long)Math.Max(1, registers) * rows);
        var tile = ensemble.Width.TileLanes();
        Gathered = new AlignedFloats((long)ensemble.Observations.Dimension * tile);
        Input = new AlignedFloats((long)ensemble.InputMean.Length * (Propagation.AsksAllMembers() ? rows : tile));
        First = new AlignedFloats(ensemble.Network.ScratchLength);
        Second = new AlignedFloats(ensemble.Network.ScratchLength);
        Source = new int[rows];
        Permutation = new int[options.Particles];
        _rows = new AlignedFloats(6L * rows);
    }

    public Propagation Propagation { get; }

    public bool CommonRandomNumbers { get; }

    /// <summary>Layout of the item's particles in the rows.</summary>
    public BlockLayout Layout { get; private set; }

    /// <summary>The member of the first group's rows.</summary>
    public int FirstMember { get; private set; }

    /// <summary>Index of the item's first candidate.</summary>
    public int FirstCandidate { get; private set; }

    /// <summary>The item's candidates.</summary>
    public int Candidates { get; private set; }

    /// <summary>Index of the first group's first particle.</summary>
    public int FirstParticle => FirstMember * Layout.ParticlesPerGroup;

    /// <summary>Stride from one line to the next, floats.</summary>
    public int Rows { get; private set; }

    /// <summary>Rows in use within each group: whole vectors.</summary>
    public int GroupLanes { get; private set; }

    /// <summary>Rows that have to be looked at, from 0: all that are in use, and with several groups the gaps between them.</summary>
    public int ActiveRows => Layout.Groups == 1 ? GroupLanes : Rows;

    /// <summary>[element × rows].</summary>
    public AlignedFloats State { get; }

    /// <summary>[action × rows].</summary>
    public AlignedFloats Actions { get; }

    /// <summary>
    /// [outputs × rows]: means, then raw log-variances if there are any; where all members predict for every particle, means over
    /// them, then variances.
    /// </summary>
    public AlignedFloats Outputs { get; }

    /// <summary>Scratch of the term programs.</summary>
    public AlignedFloats Registers { get; }

    /// <summary>[element × tile], the states of the particles assigned to a tile's member.</summary>
    public AlignedFloats Gathered { get; }

    /// <summary>[inputs × tile], for one tile, or for all where every member reads them.</summary>
    public AlignedFloats Input { get; }

    /// <summary>A network's activations, in turns with <see cref="Second"/>.</summary>
    public AlignedFloats First { get; }

    /// <summary>A network's activations.</summary>
    public AlignedFloats Second { get; }

    /// <summary>[rows], with TS1: the particle in a member's row for this step.</summary>
    public int[] Source { get; }

    /// <summary>[particles], scratch of the shuffle.</summary>
    public int[] Permutation { get; }

    /// <summary>[rows], sums of rewards.</summary>
    public float* Returns => _rows.Pointer;

    /// <summary>[rows], 1 until the particle ends, then 0.</summary>
    public float* Alive => _rows.Pointer + Rows;

    /// <summary>[rows], 0, or NaN once a state was not finite.</summary>
    public float* Faults => _rows.Pointer + (2 * Rows);

    /// <summary>[rows], predictions that were clipped.</summary>
    public float* Clips => _rows.Pointer + (3 * Rows);

    /// <summary>[rows], the candidate.</summary>
    public uint* CandidateOfRow => (uint*)(_rows.Pointer + (4 * Rows));

    /// <summary>[rows], the particle of that candidate.</summary>
    public uint* ParticleOfRow => (uint*)(_rows.Pointer + (5 * Rows));

    /// <summary>Arranges the rows for an item and puts every particle at the start.</summary>
    /// <param name="belief">The start.</param>
    /// <param name="layout">Layout of the particles in the rows.</param>
    /// <param name="firstMember">The member of the first group.</param>
    /// <param name="firstCandidate">The item's first candidate.</param>
    /// <param name="candidates">Its candidates.</param>
    public void Begin(ReadOnlySpan<float> belief, in BlockLayout layout, int firstMember, int firstCandidate, int candidates)
    {
        (Layout, FirstMember, FirstCandidate, Candidates) = (layout, firstMember, firstCandidate, candidates);
        (Rows, GroupLanes) = (layout.Rows, layout.LanesOf(candidates));
        for (var e = 0; e < belief.Length; e++)
            State.Span.Slice(e * Rows, Rows).Fill(belief[e]);
        Actions.Span[..(_actionDimension * Rows)].Clear();
        new Span<float>(Returns, Rows).Clear();
        new Span<float>(Alive, Rows).Fill(1);
        new Span<float>(Faults, Rows).Clear();
        new Span<float>(Clips, Rows).Clear();
        NumberRows();
    }

    /// <summary>Copies the candidates' actions to their particles' rows.</summary>
    /// <param name="actions">The whole request's, [population × horizon × action].</param>
    /// <param name="horizon">Steps per candidate.</param>
    /// <param name="step">The step.</param>
    public void LoadActions(ReadOnlySpan<float> actions, int horizon, int step)
    {
        var share = Layout.ParticlesPerGroup;
        for (var c = 0; c < Candidates; c++)
        {
            var action = actions.Slice((((FirstCandidate + c) * horizon) + step) * _actionDimension, _actionDimension);
            for (var i = 0; i < action.Length; i++)
            {
                for (var group = 0; group < Layout.Groups; group++)
                    Actions.Span.Slice((i * Rows) + (group * Layout.GroupLanes) + (c * share), share).Fill(action[i]);
            }
        }
    }

    private void NumberRows()
    {
        var (row, share) = (0, Layout.ParticlesPerGroup);
        for (var group = 0; group < Layout.Groups; group++)
        {
            var (candidate, particle) = (0, 0);
            for (var lane = 0; lane < Layout.GroupLanes; lane++, row++)
            {
                CandidateOfRow[row] = (uint)(CommonRandomNumbers ? 0 : FirstCandidate + candidate);
                ParticleOfRow[row] = (uint)(FirstParticle + (group * share) + particle);
                Source[row] = row;
                if (++particle == share)
                    (candidate, particle) = (candidate + 1, 0);
            }
        }
    }
}
