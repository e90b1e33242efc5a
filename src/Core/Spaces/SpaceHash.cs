using System.Security.Cryptography;
using System.Text;

namespace Robotics.Core.Spaces;

/// <summary>Short, stable names for spaces: the first 16 hexadecimal digits of a SHA-256. Thread-safe; for set-up.</summary>
public static class SpaceHash
{
    /// <summary>The hash of a list of lines.</summary>
    public static string From(IEnumerable<string> lines) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))))[..16];
}
