using Robotics.Core.Randomness;
using Robotics.Core.Rollouts;
using Robotics.Core.Spaces;
using Robotics.Reporting.Numbers;

namespace Robotics.Learning.Calibration;

/// <summary>
/// Compares predictions with recorded episodes that a model was not trained on: from every start the recorded actions are
/// rolled out, and at each horizon the rank of the recorded value among the particles is counted (probability integral transform;
/// Gneiting, Balabdaoui, Raftery 2007, "Probabilistic forecasts, calibration and sharpness", section 3.1). Pure; not for the
/// tick path; as thread-safe as the recorder.
/// </summary>
public static class CoverageEvaluator
{
    /// <summary>Rolls out and counts.</summary>
    /// <param name="model">The evaluated model.</param>
    /// <param name="observations">Layout of a belief, here the observation; predicted elements are counted.</param>
    /// <param name="actionDimension">Action dimension.</param>
    /// <param name="episodes">Recorded episodes.</param>
    /// <param name="options">Horizons, levels, stride.</param>
    /// <param name="key">Random key of the rollouts.</param>
    /// <returns>The table; a horizon longer than every episode has no rows.</returns>
    public static CoverageTable Evaluate(
        ITrajectoryRecorder model,
        ObservationSpace observations,
        int actionDimension,
        IEnumerable<TestEpisode> episodes,
        CoverageOptions options,
        RandomKey key)
    {
        options.Validate();
        var counter = new Counter(model, observations, actionDimension, options);
        var start = 0UL;
        foreach (var episode in episodes)
        {
            for (var t = 0; t + options.Horizons[0] <= episode.Steps; t += options.Stride)
                counter.Count(episode, t, key.Derive(start++));
        }

        return counter.ToTable();
    }

    private sealed class Counter
    {
        private readonly ITrajectoryRecorder _model;
        private readonly ObservationSpace _space;
        private readonly int _actionDimension;
        private readonly CoverageOptions _options;
        private readonly int[] _elements;
        private readonly CoverageTally[,] _tallies;
        private readonly float[] _particles;
        private readonly double[] _errors;

        public Counter(ITrajectoryRecorder model, ObservationSpace space, int actionDimension, CoverageOptions options)
        {
            (_model, _space, _actionDimension, _options) = (model, space, actionDimension, options);
            _elements = [.. Enumerable.Range(0, space.Dimension).Where(i => space.Elements[i].Treatment == ObservationTreatment.Predict)];
            _tallies = new CoverageTally[options.Horizons.Length, _elements.Length];
            for (var h = 0; h < options.Horizons.Length; h++)
            {
                for (var k = 0; k < _elements.Length; k++)
                    _tallies[h, k] = new CoverageTally(options.Levels);
            }

            _particles = new float[options.Horizons[^1] * model.ParticleCount * space.Dimension];
            _errors = new double[model.ParticleCount];
        }

        public void Count(TestEpisode episode, int start, RandomKey key)
        {
            var d = _space.Dimension;
            var horizon = _options.Horizons.Last(h => start + h <= episode.Steps);
            _model.Record(
                episode.Observations.AsSpan(start * d, d),
                episode.Actions.AsSpan(start * _actionDimension, horizon * _actionDimension),
                key,
                _particles.AsSpan(0, horizon * _model.ParticleCount * d));
            for (var h = 0; h < _options.Horizons.Length && _options.Horizons[h] <= horizon; h++)
                CountStep(episode.Observations.AsSpan(start * d, d), episode.Observations.AsSpan((start + _options.Horizons[h]) * d, d), h);
        }

        public CoverageTable ToTable()
        {
            var rows = new List<CoverageRow>();
            for (var h = 0; h < _options.Horizons.Length; h++)
            {
                if (_tallies[h, 0].Samples == 0)
                    continue;
                var all = new CoverageTally(_options.Levels);
                for (var k = 0; k < _elements.Length; k++)
                    all.Add(_tallies[h, k]);
                var each = Enumerable.Range(0, _elements.Length).Select(
                    k => _tallies[h, k].ToRow(_options.Horizons[h], _space.Elements[_elements[k]].Name)).ToList();
                rows.Add(all.ToRow(_options.Horizons[h], null) with { RelativeError = MeanOfMoving(each) });
                rows.AddRange(each);
            }

            return new CoverageTable(_options.Levels, rows);
        }

        // An element that never moved needs no prediction.
        private static double MeanOfMoving(IEnumerable<CoverageRow> rows)
        {
            var squares = rows.Select(r => r.RelativeError * r.RelativeError).Where(double.IsFinite).ToList();
            return squares.Count == 0 ? double.NaN : Math.Sqrt(squares.Average());
        }

        private void CountStep(ReadOnlySpan<float> before, ReadOnlySpan<float> truth, int h)
        {
            var d = _space.Dimension;
            var first = (_options.Horizons[h] - 1) * _model.ParticleCount * d;
            for (var k = 0; k < _elements.Length; k++)
            {
                var i = _elements[k];
                var isAngle = _space.Elements[i].Encoding == ElementEncoding.SineCosine;
                for (var p = 0; p < _errors.Length; p++)
                {
                    _errors[p] = Difference(_particles[first + (p * d) + i], truth[i], isAngle);
                }

                _tallies[h, k].Add(_errors, Difference(truth[i], before[i], isAngle));
            }
        }

        private static double Difference(double a, double b, bool isAngle) => isAngle ? Math.IEEERemainder(a - b, 2 * Math.PI) : a - b;
    }
}
