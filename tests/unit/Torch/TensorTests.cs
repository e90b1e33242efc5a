using System.Reflection;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Robotics.Tests.Unit.Torch;

/// <summary>Numbers in and out, indexing, errors, conversions.</summary>
public class TensorTests
{
    [Fact]
    public void Tensor_FromArrays_KeepsShapeTypeAndOrder()
    {
        using var scope = NewDisposeScope();
        var matrix = tensor(new float[,] { { 1, 2, 3 }, { 4, 5, 6 } });
        Assert.Equal([2, 3], matrix.shape);
        Assert.Equal(ScalarType.Float32, matrix.dtype);
        Assert.Equal([1f, 4, 2, 5, 3, 6], matrix.t().data<float>().ToArray());
        Assert.Equal([4f, 5, 6], matrix[1].data<float>().ToArray());
        Assert.Equal(6f, matrix.data<float>()[1, 2]);
        Assert.Equal(ScalarType.Int64, tensor(new long[] { 1, 2 }).dtype);
        Assert.Equal(ScalarType.Float64, tensor(1.5).dtype);
        Assert.True(tensor(new[] { true, false }).to(ScalarType.Float32).Equals(tensor(new[] { 1f, 0 })));
    }

    [Fact]
    public void Indexing_SlicesMasksAndNewAxes_ReadsAndWrites()
    {
        using var scope = NewDisposeScope();
        var x = arange(12).reshape(3, 4);
        Assert.Equal(6, x[1, 2].ToInt64());
        Assert.Equal([1, 3, 1, 2], x[TensorIndex.None, .., TensorIndex.None, 1..3].shape);
        Assert.Equal([3L, 7, 11], x[TensorIndex.Colon, ^1].data<long>().ToArray());
        Assert.Equal([0L, 2], x[0, TensorIndex.Slice(step: 2)].data<long>().ToArray());
        Assert.Equal([8L, 9, 10, 11], x[x > 7].data<long>().ToArray());
        x[.., 0] = tensor(-1L);
        Assert.Equal(-3, x[TensorIndex.Colon, 0].sum().ToInt64());
        x[x < 0] = tensor(5L);
        Assert.Equal(15, x[.., 0].sum().ToInt64());
    }

    [Fact]
    public void Bytes_OfAContiguousTensor_AreTheElements()
    {
        using var x = zeros(3);
        MemoryMarshal.Cast<byte, float>(x.bytes)[1] = 2.5f;
        Assert.Equal([0f, 2.5f, 0], x.data<float>().ToArray());
        using var transposed = zeros(2, 3).t();
        Assert.Throws<InvalidOperationException>(() => transposed.bytes.Length);
    }

    [Fact]
    public void Item_OfTheWrongType_IsRefused()
    {
        using var x = tensor(1.5f);
        Assert.Equal(1.5f, x.item<float>());
        Assert.Throws<ArgumentException>(() => x.item<double>());
    }

    [Fact]
    public void Operators_WithShapesThatDoNotFit_ThrowLibtorchsMessage()
    {
        using var a = zeros(3, 4);
        var error = Assert.Throws<ExternalException>(() => a.matmul(a));
        Assert.Contains("3x4", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("frame #", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Operators_AllNames_ExistInThisLibtorch()
    {
        if (typeof(torch).Assembly.GetType("TorchSharp.Aten") is not { } table) return;
        const BindingFlags Hidden = BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance;
        foreach (var field in table.GetFields(Hidden))
        {
            var found = field.FieldType.GetProperty("Handle", Hidden)!;
            Assert.NotEqual((nint)0, (nint)found.GetValue(field.GetValue(null))!);
        }
    }

    [Fact]
    public void Handle_OfADisposedTensor_IsRefused()
    {
        var a = zeros(3);
        a.Dispose();
        Assert.True(a.IsInvalid);
        Assert.Throws<InvalidOperationException>(() => a.add(1));
    }

    [Fact]
    public void Split_IntoMoreThanTheFirstAnswerHolds_ReturnsAll()
    {
        using var scope = NewDisposeScope();
        var parts = arange(30).unbind();
        Assert.Equal(30, parts.Length);
        Assert.Equal(29, parts[29].ToInt64());
    }

    [Fact]
    public void Cat_OfManyTensors_NeedsNoStack()
    {
        using var scope = NewDisposeScope();
        var many = Enumerable.Range(0, 5000).Select(i => tensor((float)i)).ToArray();
        Assert.Equal(5000 * 4999 / 2, stack(many).sum().ToDouble(), 1.0);
    }

    [Fact]
    public void Save_AndLoad_KeepsTypeShapeAndBits()
    {
        using var scope = NewDisposeScope();
        using var stream = new MemoryStream();
        var x = randn(2, 3, 5).transpose(0, 2);
        x.Save(stream);
        stream.Position = 0;
        var y = Tensor.Load(stream);
        Assert.Equal(x.shape, y.shape);
        Assert.True(x.Equals(y));
    }
}
