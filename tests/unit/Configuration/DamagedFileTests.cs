using System.Text;
using Robotics.Configuration.Pipelines;
using Robotics.Configuration.Tasks;
using Robotics.Core.Errors;
using Robotics.Core.Randomness;
using Robotics.Tests.Unit.Architecture;

namespace Robotics.Tests.Unit.Configuration;

/// <summary>Valid files in which a few characters are changed, moved or lost: whatever comes of it, the user gets sentences.</summary>
public class DamagedFileTests
{
    private const int Cases = 300;
    private const string Letters = "{}[]():,-&*!|>'\"%@`#?\t\n \\0123456789.eE_azAZ+/<=~\0\uFFFD";

    private static readonly string Configuration = Path.Combine(Checkout.Root, "config");

    [Fact]
    public void Resolve_DamagedTask_IsReadOrRefusedInWords()
    {
        var random = RandomKey.FromSeed(11).OpenStream();
        for (var i = 0; i < Cases; i++)
            ReadsOrRefuses(Damage(TaskText.Good, ref random), text => TaskText.Resolve(text));
    }

    [Fact]
    public void FromText_DamagedShippedTask_IsReadOrRefusedInWords()
    {
        var random = RandomKey.FromSeed(12).OpenStream();
        string[] files = [.. Directory.GetFiles(Path.Combine(Configuration, "tasks"), "*.yaml").Order(StringComparer.Ordinal)];
        for (var i = 0; i < Cases; i++)
        {
            var text = File.ReadAllText(files[random.NextInt32(files.Length)]);
            ReadsOrRefuses(
                Damage(text, ref random),
                t => TaskDocument.FromText(t, "task.yaml", mjcfPath: "arm.xml").Resolve(FakeModelCatalog.Arm()));
        }
    }

    [Fact]
    public void FromText_DamagedPipeline_IsReadOrRefusedInWords()
    {
        var random = RandomKey.FromSeed(13).OpenStream();
        string[] files = [.. Directory.GetFiles(Path.Combine(Configuration, "pipelines"), "*.yaml").Order(StringComparer.Ordinal)];
        for (var i = 0; i < Cases; i++)
        {
            var text = File.ReadAllText(files[random.NextInt32(files.Length)]);
            ReadsOrRefuses(Damage(text, ref random), t => PipelineDocument.FromText(t, "pipeline.yaml"));
        }
    }

    [Fact]
    public void Resolve_DamagedExpression_IsReadOrRefusedInWords()
    {
        const string Expression =
            "where(q['elbow'] >= 0.5 and not goal[-1] == 2 or q.shoulder < 1, -norm(tip - goal) ** 2, max(pow(2, q[0]), atan2(1, 2)))";
        var random = RandomKey.FromSeed(14).OpenStream();
        for (var i = 0; i < Cases; i++)
        {
            var text = Damage(Expression, ref random).ReplaceLineEndings(" ");
            ReadsOrRefuses(text, t => TaskText.Program(InDoubleQuotes(t)));
        }
    }

    private static string InDoubleQuotes(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

    private static void ReadsOrRefuses(string text, Action<string> read)
    {
        try
        {
            read(text);
        }
        catch (UserErrorException e)
        {
            Assert.NotEmpty(e.Message);
        }
#pragma warning disable CA1031 // whatever else is thrown is what this looks for
        catch (Exception e)
#pragma warning restore CA1031
        {
            Assert.Fail($"{e}\n--- on\n{text}");
        }
    }

    private static string Damage(string text, ref RandomStream random)
    {
        var result = new StringBuilder(text);
        for (var i = 1 + random.NextInt32(3); i > 0 && result.Length > 0; i--)
        {
            var at = random.NextInt32(result.Length);
            var length = Math.Min(1 + random.NextInt32(12), result.Length - at);
            switch (random.NextInt32(6))
            {
                case 0:
                    result.Remove(at, length);
                    break;
                case 1:
                    result.Insert(at, Letters[random.NextInt32(Letters.Length)]);
                    break;
                case 2:
                    result[at] = Letters[random.NextInt32(Letters.Length)];
                    break;
                case 3:
                    result.Insert(random.NextInt32(result.Length), result.ToString(at, length));
                    break;
                case 4:
                    result.Length = at;
                    break;
                default:
                    result.Insert(at, new string(Letters[random.NextInt32(Letters.Length)], 1 + random.NextInt32(5)));
                    break;
            }
        }

        return result.ToString();
    }
}
