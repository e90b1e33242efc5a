using Robotics.Core.Threading;

namespace Robotics.Tests.Unit.Core;

public sealed class WakeEventTests
{
    [Fact]
    public void Wait_SetTwiceBefore_ReturnsOnceAtOnce()
    {
        using var wake = new WakeEvent();
        wake.Set();
        wake.Set();

        Assert.True(wake.Wait(TimeSpan.FromSeconds(10)));
        Assert.False(wake.Wait(TimeSpan.Zero));
    }

    [Fact]
    public void Wait_SetByAnotherThread_Wakes()
    {
        using var wake = new WakeEvent();
        var thread = new Thread(wake.Set);
        thread.Start();

        Assert.True(wake.Wait(TimeSpan.FromSeconds(10)));
        thread.Join();
    }

    [Fact]
    public void Set_AfterDisposal_DoesNothing()
    {
        var wake = new WakeEvent();
        wake.Dispose();
        wake.Set();
    }

    [Fact]
    public void Set_EachTime_DoesNotAllocate()
    {
        using var wake = new WakeEvent();
        wake.Set();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            wake.Set();

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
