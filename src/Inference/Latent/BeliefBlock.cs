using Robotics.Core.Randomness;
using Robotics.Inference.Ensembles;
using Robotics.Inference.Simd;

namespace Robotics.Inference.Latent;

/// <summary>
/// One worker's scratch for one item: tiles of particles, each tile [feature, then action × its lanes], which is what the networks read.
/// Arranged and filled anew by every item; allocated once.
/// </summary>
internal sealed unsafe class BeliefBlock
{
    private readonly PackedBeliefEnsemble _ensemble;
    private readonly BeliefRolloutOptions _options;
    private readonly int[] _permutation;
    private readonly AlignedFloats[] _states;
    private readonly AlignedFloats[] _returns;
    private readonly AlignedFloats[] _particles;
    private readonly AlignedFloats _candidates;
    private int _current;
    private int _share;

    /// <summary>Allocates for the largest item.</summary>
    /// <param name="ensemble">The model.</param>
    /// <param name="rows">Rows of the largest item.</param>
    /// <param name="options">The evaluator's options.</param>
    public BeliefBlock(PackedBeliefEnsemble ensemble, int rows, BeliefRolloutOptions options)
    {
        (_ensemble, _options) = (ensemble, options);
        TileLanes = ensemble.Width.TileLanes();
        TileStride = (ensemble.FeatureDimension + ensemble.ActionDimension) * TileLanes;
        var tiles = (rows / TileLanes) + ensemble.Members;
        var buffers = options.Propagation == Propagation.TS1 ? 2 : 1;
        _states = Allocate(buffers, (long)tiles * TileStride);
        _returns = Allocate(buffers, (long)tiles * TileLanes);
        _particles = Allocate(buffers, (long)tiles * TileLanes);
        _candidates = new AlignedFloats((long)tiles * TileLanes);
        First = new AlignedFloats(ensemble.ScratchLength);
        Second = new AlignedFloats(ensemble.ScratchLength);
        _permutation = new int[options.Particles];
    }

    /// <summary>Lanes of a full tile.</summary>
    public int TileLanes { get; }

    /// <summary>Floats from one tile to the next.</summary>
    public int TileStride { get; }

    /// <summary>Members that predict for the item's particles.</summary>
    public int Groups { get; private set; }

    /// <summary>Tiles of a group; the last may be narrow.</summary>
    public int TilesPerGroup { get; private set; }

    /// <summary>Lanes in use in a group: whole vectors.</summary>
    public int GroupLanes { get; private set; }

    /// <summary>The member of the first group's rows.</summary>
    public int FirstMember { get; private set; }

    /// <summary>Index of the item's first candidate.</summary>
    public int FirstCandidate { get; private set; }

    /// <summary>The item's candidates.</summary>
    public int Candidates { get; private set; }

    /// <summary>Rows that a candidate has in a group.</summary>
    public int Share => _share;

    /// <summary>A network's activations, in turns with <see cref="Second"/>.</summary>
    public AlignedFloats First { get; }

    /// <summary>A network's activations.</summary>
    public AlignedFloats Second { get; }

    /// <summary>A tile's lines.</summary>
    public float* Tile(int tile) => _states[_current].Pointer + ((nint)tile * TileStride);

    /// <summary>[tile lanes], a tile's sums of rewards.</summary>
    public float* Returns(int tile) => _returns[_current].Pointer + ((nint)tile * TileLanes);

    /// <summary>[tile lanes], for the counters of the noise.</summary>
    public uint* ParticleOfRow(int tile) => (uint*)_particles[_current].Pointer + ((nint)tile * TileLanes);

    /// <summary>[tile lanes], for the counters of the noise.</summary>
    public uint* CandidateOfRow(int tile) => (uint*)_candidates.Pointer + ((nint)tile * TileLanes);

    /// <summary>Lanes of a tile that are in use: one or two vectors.</summary>
    public int LanesOf(int tile) => Math.Min(TileLanes, GroupLanes - (tile % TilesPerGroup * TileLanes));

    /// <summary>Tile and lane of a candidate's particle in its place.</summary>
    public (int Tile, int Lane) PlaceOf(int candidate, int place)
    {
        var (group, position) = (place / _share, (candidate * _share) + (place % _share));
        return ((group * TilesPerGroup) + (position / TileLanes), position % TileLanes);
    }

    /// <summary>Arranges the rows for an item and puts every particle at the belief's mean.</summary>
    public void Begin(ReadOnlySpan<float> belief, in BlockLayout layout, int firstMember, int firstCandidate, int candidates)
    {
        (Groups, FirstMember, FirstCandidate, Candidates) = (layout.Groups, firstMember, firstCandidate, candidates);
        (_share, GroupLanes, _current) = (layout.ParticlesPerGroup, layout.LanesOf(candidates), 0);
        TilesPerGroup = (GroupLanes + TileLanes - 1) / TileLanes;
        for (var tile = 0; tile < Groups * TilesPerGroup; tile++)
        {
            var lanes = LanesOf(tile);
            for (var e = 0; e < belief.Length; e++)
                new Span<float>(Tile(tile) + (e * lanes), lanes).Fill(belief[e]);
            new Span<float>(Tile(tile) + (belief.Length * lanes), _ensemble.ActionDimension * lanes).Clear();
            new Span<float>(Returns(tile), lanes).Clear();
            NumberRows(tile, lanes);
        }
    }

    /// <summary>Copies the candidates' actions to their particles' rows.</summary>
    /// <param name="actions">The whole request's, [population × horizon × action].</param>
    /// <param name="horizon">Steps per candidate.</param>
    /// <param name="step">The step.</param>
    public void LoadActions(ReadOnlySpan<float> actions, int horizon, int step)
    {
        var size = _ensemble.ActionDimension;
        for (var c = 0; c < Candidates; c++)
        {
            var action = actions.Slice((((FirstCandidate + c) * horizon) + step) * size, size);
            for (var place = 0; place < Groups * _share; place++)
            {
                var (tile, lane) = PlaceOf(c, place);
                var target = Tile(tile) + (_ensemble.FeatureDimension * LanesOf(tile)) + lane;
                for (var i = 0; i < size; i++)
                    target[i * LanesOf(tile)] = action[i];
            }
        }
    }

    /// <summary>TS1: moves each candidate's particles to the places of a permutation, so that other members predict for them.</summary>
    public void Shuffle(RandomKey key, int step)
    {
        var from = _current;
        for (var c = 0; c < Candidates; c++)
        {
            ParticleShuffle.Permute(_permutation, key, _options.CommonRandomNumbers ? 0 : (uint)(FirstCandidate + c), (uint)step);
            for (var place = 0; place < _permutation.Length; place++)
                Move(PlaceOf(c, _permutation[place]), PlaceOf(c, place), from, 1 - from);
        }

        _current = 1 - from;
    }

    private void Move((int Tile, int Lane) source, (int Tile, int Lane) target, int from, int to)
    {
        var (row, into) = ((source.Tile * TileLanes) + source.Lane, (target.Tile * TileLanes) + target.Lane);
        _returns[to].Pointer[into] = _returns[from].Pointer[row];
        _particles[to].Pointer[into] = _particles[from].Pointer[row];
        var read = _states[from].Pointer + ((nint)source.Tile * TileStride) + source.Lane;
        var write = _states[to].Pointer + ((nint)target.Tile * TileStride) + target.Lane;
        var (readStep, writeStep) = (LanesOf(source.Tile), LanesOf(target.Tile));
        for (var e = 0; e < _ensemble.FeatureDimension; e++)
            write[e * writeStep] = read[e * readStep];
    }

    private void NumberRows(int tile, int lanes)
    {
        var group = tile / TilesPerGroup;
        for (var lane = 0; lane < lanes; lane++)
        {
            var (candidate, place) = Math.DivRem((tile % TilesPerGroup * TileLanes) + lane, _share);
            CandidateOfRow(tile)[lane] = (uint)(_options.CommonRandomNumbers ? 0 : FirstCandidate + candidate);
            ParticleOfRow(tile)[lane] = (uint)(_options.SharedNoise ? place : ((FirstMember + group) * _share) + place);
        }
    }

    private static AlignedFloats[] Allocate(int buffers, long length) =>
        [.. Enumerable.Range(0, buffers).Select(_ => new AlignedFloats(length))];
}
