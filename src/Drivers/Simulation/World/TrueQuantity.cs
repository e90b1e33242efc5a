using Robotics.Core.Errors;
using Robotics.Core.Spaces;
using Robotics.Drivers.Simulation.Model;
using Robotics.Drivers.Simulation.Mujoco;

namespace Robotics.Drivers.Simulation.World;

/// <summary>Location of a quantity in a simulation's state, resolved once. Immutable; safe on the tick path.</summary>
internal sealed class TrueQuantity
{
    private readonly int[] _addresses;
    private readonly double[] _offset;

    /// <exception cref="UserErrorException">A name is unknown, or there are too many.</exception>
    public TrueQuantity(MujocoModel model, Quantity quantity)
    {
        Quantity = quantity;
        _offset = quantity.Offset ?? [0, 0, 0];
        if (quantity.Dimension == 3 && NeedsPoses && quantity.Names.Count != 1)
            throw new UserErrorException($"{model.Path}: a point of the world has one name, not {quantity.Names.Count}.");
        _addresses = [.. quantity.Names.Select(n => Address(model, quantity.Kind, n))];
        Mocap = quantity.Kind == QuantityKind.BodyPosition ? model.Bodies[_addresses[0]].Mocap : -1;
    }

    public Quantity Quantity { get; }

    /// <summary>Row of the mocap body whose position this is; −1 for anything else.</summary>
    public int Mocap { get; }

    /// <summary>True when the poses must be up to date before reading.</summary>
    public bool NeedsPoses => Quantity.Kind is not (QuantityKind.JointPosition or QuantityKind.JointVelocity);

    public void Read(MujocoData data, Span<double> into)
    {
        switch (Quantity.Kind)
        {
            case QuantityKind.JointPosition:
                Gather(data.Coordinates, into);
                break;
            case QuantityKind.JointVelocity:
                Gather(data.Velocities, into);
                break;
            case QuantityKind.SitePosition:
                data.SitePositions.Slice(3 * _addresses[0], 3).CopyTo(into);
                break;
            case QuantityKind.SubtreeCentreOfMass:
                data.SubtreeCentres.Slice(3 * _addresses[0], 3).CopyTo(into);
                break;
            default:
                ReadBodyPoint(data, into);
                break;
        }
    }

    /// <summary>Sets joints or a mocap body; false for what follows from the others.</summary>
    public bool TryWrite(MujocoData data, ReadOnlySpan<float> value)
    {
        var into = Quantity.Kind switch
        {
            QuantityKind.JointPosition => data.Coordinates,
            QuantityKind.JointVelocity => data.Velocities,
            _ => default,
        };
        if (Mocap >= 0 && Quantity.Offset is null)
        {
            for (var i = 0; i < 3; i++)
                data.MocapPositions[(3 * Mocap) + i] = value[i];
            return true;
        }

        if (into.IsEmpty)
            return false;
        for (var i = 0; i < _addresses.Length; i++)
            into[_addresses[i]] = value[i];
        return true;
    }

    private static int Address(MujocoModel model, QuantityKind kind, string name) => kind switch
    {
        QuantityKind.JointPosition => ModelNames.ScalarJoint(model, name).PositionAddress,
        QuantityKind.JointVelocity => ModelNames.ScalarJoint(model, name).VelocityAddress,
        QuantityKind.SitePosition => ModelNames.Find(model.Path, "site", model.Sites, s => s.Name, name).Index,
        _ => ModelNames.Find(model.Path, "body", model.Bodies, b => b.Name, name).Index,
    };

    private void Gather(ReadOnlySpan<double> from, Span<double> into)
    {
        for (var i = 0; i < _addresses.Length; i++)
            into[i] = from[_addresses[i]];
    }

    private void ReadBodyPoint(MujocoData data, Span<double> into)
    {
        var q = data.BodyQuaternions.Slice(4 * _addresses[0], 4);
        var p = data.BodyPositions.Slice(3 * _addresses[0], 3);
        var o = _offset;

        // v + 2 w (u × v) + 2 u × (u × v), with the quaternion (w, u).
        var (cx, cy, cz) = ((q[2] * o[2]) - (q[3] * o[1]), (q[3] * o[0]) - (q[1] * o[2]), (q[1] * o[1]) - (q[2] * o[0]));
        into[0] = p[0] + o[0] + (2 * ((q[0] * cx) + (q[2] * cz) - (q[3] * cy)));
        into[1] = p[1] + o[1] + (2 * ((q[0] * cy) + (q[3] * cx) - (q[1] * cz)));
        into[2] = p[2] + o[2] + (2 * ((q[0] * cz) + (q[1] * cy) - (q[2] * cx)));
    }
}
