namespace Robotics.Inference;

/// <summary>
/// One worker's scratch for one block of candidates: lines of rows. Filled anew by every work item; allocated once.
/// </summary>
internal sealed unsafe class RolloutBlock
{
    private readonly AlignedFloats _rows;

    public RolloutBlock(PackedEnsemble ensemble, BlockLayout layout, FusedEnsembleOptions options, int registers)
    {
        Layout = layout;
        Shuffled = options.Propagation == Propagation.TS1;
        CommonRandomNumbers = options.CommonRandomNumbers;
        var rows = layout.Rows;
        State = new AlignedFloats((long)ensemble.Observations.Dimension * rows);
        Actions = new AlignedFloats((long)ensemble.ActionDimension * rows);
        Outputs = new AlignedFloats((long)ensemble.Outputs * rows);
        Registers = new AlignedFloats((long)Math.Max(1, registers) * rows);
        Gathered = new AlignedFloats((long)ensemble.Observations.Dimension * ensemble.Width.TileLanes());
        Input = new AlignedFloats(ensemble.Network.ScratchLength);
        Hidden = new AlignedFloats(ensemble.Network.ScratchLength);
        Source = new int[rows];
        Permutation = new int[options.Particles];
        MemberReturns = new double[layout.Members];
        _rows = new AlignedFloats(6L * rows);
        NumberRows();
    }

    public BlockLayout Layout { get; }

    /// <summary>Whether particles change members at every step.</summary>
    public bool Shuffled { get; }

    public bool CommonRandomNumbers { get; }

    /// <summary>[element × rows].</summary>
    public AlignedFloats State { get; }

    /// <summary>[action × rows].</summary>
    public AlignedFloats Actions { get; }

    /// <summary>[outputs × rows]: means, then raw log-variances if there are any.</summary>
    public AlignedFloats Outputs { get; }

    /// <summary>Scratch of the term programs.</summary>
    public AlignedFloats Registers { get; }

    /// <summary>[element × tile], the states of the particles that a tile's member was dealt.</summary>
    public AlignedFloats Gathered { get; }

    public AlignedFloats Input { get; }

    public AlignedFloats Hidden { get; }

    /// <summary>[rows], with TS1: whose particle stands in a member's row for this step.</summary>
    public int[] Source { get; }

    /// <summary>[particles], scratch of the shuffle.</summary>
    public int[] Permutation { get; }

    /// <summary>[members], scratch of the summary.</summary>
    public double[] MemberReturns { get; }

    /// <summary>[rows], sums of rewards.</summary>
    public float* Returns => _rows.Pointer;

    /// <summary>[rows], 1 until the particle ends, then 0.</summary>
    public float* Alive => _rows.Pointer + Layout.Rows;

    /// <summary>[rows], 0, or NaN once a state was not finite.</summary>
    public float* Faults => _rows.Pointer + (2 * Layout.Rows);

    /// <summary>[rows], predictions that were clipped.</summary>
    public float* Clips => _rows.Pointer + (3 * Layout.Rows);

    /// <summary>[rows], the candidate within the block.</summary>
    public uint* CandidateOfRow => (uint*)(_rows.Pointer + (4 * Layout.Rows));

    /// <summary>[rows], the particle of that candidate.</summary>
    public uint* ParticleOfRow => (uint*)(_rows.Pointer + (5 * Layout.Rows));

    /// <summary>Puts every particle at the start.</summary>
    public void Begin(ReadOnlySpan<float> belief)
    {
        var rows = Layout.Rows;
        for (var e = 0; e < belief.Length; e++)
            State.Span.Slice(e * rows, rows).Fill(belief[e]);
        Actions.Span.Clear();
        new Span<float>(Returns, rows).Clear();
        new Span<float>(Alive, rows).Fill(1);
        new Span<float>(Faults, rows).Clear();
        new Span<float>(Clips, rows).Clear();
    }

    /// <summary>Spreads the candidates' actions over their particles' rows.</summary>
    /// <param name="actions">The whole request's, [population × horizon × action].</param>
    /// <param name="first">The block's first candidate.</param>
    /// <param name="count">Its candidates.</param>
    /// <param name="horizon">Steps per candidate.</param>
    /// <param name="step">The step.</param>
    public void LoadActions(ReadOnlySpan<float> actions, int first, int count, int horizon, int step)
    {
        var dimension = (int)(Actions.Length / Layout.Rows);
        for (var c = 0; c < count; c++)
        {
            var action = actions.Slice((((first + c) * horizon) + step) * dimension, dimension);
            for (var i = 0; i < dimension; i++)
            {
                for (var member = 0; member < Layout.Members; member++)
                    Actions.Span.Slice((i * Layout.Rows) + (member * Layout.MemberLanes) + (c * Layout.ParticlesPerMember), Layout.ParticlesPerMember).Fill(action[i]);
            }
        }
    }

    private void NumberRows()
    {
        for (var row = 0; row < Layout.Rows; row++)
        {
            var (member, lane) = Math.DivRem(row, Layout.MemberLanes);
            var (candidate, share) = Math.DivRem(lane, Layout.ParticlesPerMember);
            CandidateOfRow[row] = (uint)candidate;
            ParticleOfRow[row] = (uint)((member * Layout.ParticlesPerMember) + share);
            Source[row] = row;
        }
    }
}
