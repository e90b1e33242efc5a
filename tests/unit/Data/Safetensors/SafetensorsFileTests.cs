using System.Buffers.Binary;
using System.Text;
using Robotics.Core.Errors;
using Robotics.Data.Safetensors;
using Robotics.Testing;

namespace Robotics.Tests.Unit.Data;

public sealed class SafetensorsFileTests
{
    private const string VectorHeader = """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""";

    [Fact]
    public void ToBytes_OfTheFormatsTestVector_IsThatVector()
    {
        var file = new SafetensorsFile();
        file.Set("a", TensorData.From<float>([1, 2], 2));
        var bytes = file.ToBytes();
        Assert.Equal(72, bytes.Length);
        Assert.Equal("3800000000000000", Convert.ToHexString(bytes.AsSpan(0, 8)));
        Assert.Equal(VectorHeader + "  ", Encoding.UTF8.GetString(bytes.AsSpan(8, 56)));
        Assert.Equal("0000803F00000040", Convert.ToHexString(bytes.AsSpan(64)));
    }

    [Fact]
    public void Parse_WhatWasWritten_GivesEverythingBack()
    {
        var file = new SafetensorsFile();
        file.Metadata["über"] = "a \"quoted\" \\ text";
        file.Set("z", TensorData.From<double>([Math.PI, double.NaN], 2, 1));
        file.Set("flags", TensorData.From<byte>([1, 0, 1], 3));
        file.Set("scalar", TensorData.From<long>([long.MinValue]));
        file.Set("empty", TensorData.From<float>([], 0, 7));
        var back = SafetensorsFile.Parse(file.ToBytes(), "memory");
        Assert.Equal(file.Metadata, back.Metadata);
        Assert.Equal([Math.PI, double.NaN], back.Get<double>("z", "memory"));
        Assert.Equal<long>([2, 1], back.Tensors["z"].Shape);
        Assert.Equal<byte>([1, 0, 1], back.Get<byte>("flags", "memory"));
        Assert.Equal([long.MinValue], back.Get<long>("scalar", "memory"));
        Assert.Empty(back.Tensors["scalar"].Shape);
        Assert.Equal<long>([0, 7], back.Tensors["empty"].Shape);
        Assert.Equal(file.ToBytes(), back.ToBytes());
    }

    [Fact]
    public void GetWeights_ANumberThatIsNotFinite_NamesTheArray()
    {
        var file = new SafetensorsFile();
        file.Set("model.net.weight", TensorData.From<float>([1, float.NegativeInfinity, 3], 3));

        var refused = Assert.Throws<UserErrorException>(() => file.GetWeights("model.net.weight", "ensemble.safetensors"));

        Assert.StartsWith(
            "'ensemble.safetensors': the array 'model.net.weight' holds -Infinity (number 1 of 3)", refused.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void ToBytes_SeveralTypes_WidestFirstThenByName()
    {
        var file = new SafetensorsFile();
        file.Set("a", TensorData.From<byte>([1], 1));
        file.Set("c", TensorData.From<float>([1], 1));
        file.Set("b", TensorData.From<float>([1], 1));
        file.Set("d", TensorData.From<long>([1], 1));
        var text = Encoding.UTF8.GetString(file.ToBytes());
        var order = new[] { "\"d\"", "\"b\"", "\"c\"", "\"a\"" }.Select(n => text.IndexOf(n, StringComparison.Ordinal)).ToArray();
        Assert.Equal(order.Order(), order);
    }

    [Theory]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8,
        "unique keys")]
    [InlineData("""[1]""", 0, "start with '{'")]
    [InlineData("""{"a":{"dtype":"F99","shape":[2],"data_offsets":[0,8]}}""", 8, "unknown dtype")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "does not fill")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296,4],"data_offsets":[0,0]}}""", 0, "does not fill")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8, "whole numbers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,10]}}""", 10, "whole numbers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, "does not fill")]
    [InlineData("""{"a":{"dtype":"F4","shape":[3],"data_offsets":[0,2]}}""", 2, "does not fill")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "hole")]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12,
        "overlaps")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 7, "cut off")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 9, "bytes after the end")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2]}}""", 8, "exactly dtype, shape and data_offsets")]
    [InlineData("""{"__metadata__":{"x":1}}""", 0, "not a string")]
    public void Parse_HostileHeader_IsRefusedInOneSentence(string header, int bufferBytes, string expected)
    {
        var error = Assert.Throws<UserErrorException>(() => SafetensorsFile.Parse(Build(header, bufferBytes), "weights.safetensors"));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("'weights.safetensors'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_AnyTruncation_IsRefused()
    {
        var whole = Build(VectorHeader, 8);
        for (var length = 0; length < whole.Length; length++)
            Assert.Throws<UserErrorException>(() => SafetensorsFile.Parse(whole.AsMemory(0, length), "cut"));
    }

    [Fact]
    public void Parse_HeaderLengthBeyondTheLimit_IsRefusedWithoutAllocating()
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, ulong.MaxValue);
        Assert.Contains(
            "header", Assert.Throws<UserErrorException>(() => SafetensorsFile.Parse(bytes, "x")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_InvalidUtf8_IsRefused()
    {
        var bytes = Build("""{"aaaa":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8);
        bytes[11] = 0xFF;
        Assert.Throws<UserErrorException>(() => SafetensorsFile.Parse(bytes, "x"));
    }

    [Fact]
    public void Write_ToAPlaceThatCannotBeWritten_SaysWhereAndWhatToDo()
    {
        var file = new SafetensorsFile();
        file.Set("a", TensorData.From<float>([1], 1));
        var error = Assert.Throws<UserErrorException>(() => file.Write("/proc/robotics/a.safetensors"));
        Assert.Contains("/proc/robotics/a.safetensors", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_OverAnOldFile_ReplacesItAndLeavesNothingBeside()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a.safetensors");
        File.WriteAllText(path, "old");
        var file = new SafetensorsFile();
        file.Set("a", TensorData.From<int>([7], 1));
        file.Write(path);
        Assert.Equal([7], SafetensorsFile.Read(path).Get<int>("a", path));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    private static byte[] Build(string header, int bufferBytes)
    {
        var json = Encoding.UTF8.GetBytes(header);
        var bytes = new byte[8 + json.Length + bufferBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)json.Length);
        json.CopyTo(bytes, 8);
        return bytes;
    }
}
