using Robotics.Configuration.Binding;
using Robotics.Configuration.Yaml;
using Robotics.Core.Spaces;

namespace Robotics.Configuration.Tasks;

/// <summary>Checks that everything named in a task's section <c>estimator:</c> exists, before anything is recorded.</summary>
internal static class EstimatorInputs
{
    /// <summary>Pixels each way that the first layer of an image encoder covers.</summary>
    public const int SmallestSide = 4;

    /// <summary>
    /// Adds an error, with its place, for each term that is not observed and each camera that is not rendered or too small.
    /// </summary>
    /// <param name="section">The section; null when absent.</param>
    /// <param name="observations">The layout of the observation vector.</param>
    /// <param name="cameras">The cameras under <c>simulation:</c>.</param>
    /// <param name="errors">Receives what is wrong.</param>
    public static void Check(YamlMapping? section, ObservationSpace observations, IReadOnlyList<CameraSettings> cameras, ErrorList errors)
    {
        string[] elements = [.. observations.Elements.Select(e => e.Name)];
        string[] terms = [.. elements.Select(e => e.Split('.')[0]).Distinct()];
        foreach (var name in Names(section, "terms").Where(n => !elements.Contains(n.Text)))
            NameSelection.One(name, terms, "observed term", errors);
        foreach (var name in Names(section, "cameras"))
        {
            if (cameras.FirstOrDefault(c => c.Name == name.Text) is not { } camera)
            {
                var guess = Suggestion.For(name.Text, cameras.Select(c => c.Name));
                errors.Add(name, $"no camera '{name.Text}' under simulation: cameras, so that none would be rendered{guess}");
            }
            else if (Math.Min(camera.Width, camera.Height) < SmallestSide)
            {
                errors.Add(
                    name, $"camera '{camera.Name}' has images of {camera.Width}×{camera.Height} pixels, but an estimator's encoder takes "
                    + $"{SmallestSide}×{SmallestSide} or more; change its size under simulation: cameras");
            }
        }
    }

    // The options' binding reports values that are not lists of names.
    private static IEnumerable<YamlScalar> Names(YamlMapping? section, string key) =>
        (section?.Find(key)?.Value as YamlSequence)?.Items.OfType<YamlScalar>() ?? [];
}
