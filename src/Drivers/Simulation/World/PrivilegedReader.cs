using Robotics.Core.Links;
using Robotics.Core.Spaces;

namespace Robotics.Drivers.Simulation.World;

/// <summary>Reads the true value of a quantity from a world.</summary>
internal sealed class PrivilegedReader(SimulatedWorld world, Quantity quantity) : IPrivilegedReader
{
    private readonly TrueQuantity _quantity = new(world.Model, quantity);

    /// <inheritdoc/>
    public void Read(Span<double> into)
    {
        if (_quantity.NeedsPoses)
            world.RefreshPoses();
        _quantity.Read(world.Data, into);
    }
}
