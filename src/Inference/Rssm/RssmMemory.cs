using Robotics.Inference.Rows;

namespace Robotics.Inference.Rssm;

/// <summary>
/// Working memory of a <see cref="CompiledRssm"/>: one for each thread. What it holds between calls means nothing. Allocates at
/// construction only.
/// </summary>
public sealed class RssmMemory
{
    private readonly float[] _input;
    private readonly float[] _state;
    private readonly float[] _hidden;
    private readonly float[] _output;
    private readonly CompiledRssm _model;

    /// <summary>Allocates the memory.</summary>
    /// <param name="model">For which model.</param>
    /// <param name="rows">Rows that a call has at most.</param>
    public RssmMemory(CompiledRssm model, int rows = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        (_model, Rows) = (model, rows);
        _input = new float[rows * (model.Stochastic + model.ActionDimension)];
        _state = new float[rows * model.Deterministic];
        _hidden = new float[rows * model.WidestLayer];
        _output = new float[rows * 2 * model.Stochastic];
        Scratch = new LayerScratch(model.Cell.ScratchLength(rows));
    }

    /// <summary>Rows that a call has at most.</summary>
    public int Rows { get; }

    internal LayerScratch Scratch { get; }

    internal Span<float> Input(int rows) => _input.AsSpan(0, rows * (_model.Stochastic + _model.ActionDimension));

    internal Span<float> State(int rows) => _state.AsSpan(0, rows * _model.Deterministic);

    internal Span<float> Hidden(int count) => _hidden.AsSpan(0, count);

    internal Span<float> Output(int rows) => _output.AsSpan(0, rows * 2 * _model.Stochastic);
}
