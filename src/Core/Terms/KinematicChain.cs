namespace Robotics.Core.Terms;

/// <summary>Kind of a joint's motion.</summary>
public enum JointKind
{
    /// <summary>Turns about its axis; rad.</summary>
    Hinge,

    /// <summary>Slides along its axis; m.</summary>
    Slide,
}

/// <summary>A joint within a link, in the link's frame. Immutable.</summary>
/// <param name="Name">The joint's name.</param>
/// <param name="Kind">Hinge or slide.</param>
/// <param name="Axis">Unit vector [3] in the link's frame.</param>
/// <param name="Anchor">Point [3] of the axis in the link's frame, m.</param>
/// <param name="Reference">Joint value at which the link stands at its home pose.</param>
public sealed record KinematicJoint(string Name, JointKind Kind, double[] Axis, double[] Anchor, double Reference);

/// <summary>A rigid link: home pose in its parent's frame, then its joints in order. Immutable.</summary>
/// <param name="Position">[3], m.</param>
/// <param name="Quaternion">[4], w x y z, unit.</param>
/// <param name="Joints">The joints that move the link against its parent, applied in order.</param>
public sealed record KinematicLink(double[] Position, double[] Quaternion, IReadOnlyList<KinematicJoint> Joints);

/// <summary>
/// A serial chain from the world to a point of a robot (forward kinematics by composed rigid transforms; the conventions of
/// MuJoCo's kinematic tree). Immutable; for set-up: it writes itself into a term program, which runs anywhere.
/// </summary>
/// <param name="Links">From the world outwards.</param>
/// <param name="Point">[3], m, in the last link's frame.</param>
public sealed record KinematicChain(IReadOnlyList<KinematicLink> Links, double[] Point)
{
    /// <summary>The names of the joints that move the point.</summary>
    public IEnumerable<string> JointNames => Links.SelectMany(l => l.Joints).Select(j => j.Name);

    /// <summary>Writes the point's world coordinates as terms.</summary>
    /// <param name="builder">The program under construction.</param>
    /// <param name="joint">Gives the term of a joint's value, rad or m, by name.</param>
    /// <returns>x, y and z in the world frame, m.</returns>
    public Term[] Build(TermBuilder builder, Func<string, Term> joint)
    {
        var b = builder;
        var rotation = Constants(b, [1, 0, 0, 0, 1, 0, 0, 0, 1]);
        var position = Constants(b, [0, 0, 0]);
        foreach (var link in Links)
        {
            position = Add(b, position, Rotate(b, rotation, Constants(b, link.Position)));
            rotation = Product(b, rotation, Constants(b, FromQuaternion(link.Quaternion)));
            foreach (var j in link.Joints)
            {
                var value = b.Subtract(joint(j.Name), b.Constant(j.Reference));
                if (j.Kind == JointKind.Slide)
                {
                    position = Add(b, position, Rotate(b, rotation, [.. j.Axis.Select(a => b.Multiply(b.Constant(a), value))]));
                    continue;
                }

                var turned = Product(b, rotation, AxisAngle(b, j.Axis, value));
                var anchor = Constants(b, j.Anchor);
                position = Add(b, position, Subtract(b, Rotate(b, rotation, anchor), Rotate(b, turned, anchor)));
                rotation = turned;
            }
        }

        return Add(b, position, Rotate(b, rotation, Constants(b, Point)));
    }

    private static Term[] Constants(TermBuilder b, double[] values) => [.. values.Select(b.Constant)];

    private static Term[] Add(TermBuilder b, Term[] x, Term[] y) => [.. x.Zip(y, b.Add)];

    private static Term[] Subtract(TermBuilder b, Term[] x, Term[] y) => [.. x.Zip(y, b.Subtract)];

    private static Term[] Rotate(TermBuilder b, Term[] m, Term[] v) =>
        [.. Enumerable.Range(0, 3).Select(r => Dot(b, m, r, i => v[i]))];

    private static Term[] Product(TermBuilder b, Term[] m, Term[] n) =>
        [.. Enumerable.Range(0, 9).Select(k => Dot(b, m, k / 3, i => n[(3 * i) + (k % 3)]))];

    private static Term Dot(TermBuilder b, Term[] m, int row, Func<int, Term> column) =>
        Enumerable.Range(0, 3).Select(i => b.Multiply(m[(3 * row) + i], column(i))).Aggregate(b.Add);

    /// <summary>Rodrigues' rotation formula: cos·I + sin·[a]× + (1 − cos)·a aᵀ.</summary>
    private static Term[] AxisAngle(TermBuilder b, double[] a, Term angle)
    {
        var (sin, cos) = (b.Sine(angle), b.Cosine(angle));
        var rest = b.Subtract(b.Constant(1), cos);
        double[] cross = [0, -a[2], a[1], a[2], 0, -a[0], -a[1], a[0], 0];
        return [.. Enumerable.Range(0, 9).Select(k =>
        {
            var outer = b.Multiply(b.Constant(a[k / 3] * a[k % 3]), rest);
            var skew = b.Multiply(b.Constant(cross[k]), sin);
            return b.Add(b.Add(k % 4 == 0 ? cos : b.Constant(0), skew), outer);
        })];
    }

    private static double[] FromQuaternion(double[] q)
    {
        var (w, x, y, z) = (q[0], q[1], q[2], q[3]);
        return
        [
            1 - (2 * ((y * y) + (z * z))), 2 * ((x * y) - (w * z)), 2 * ((x * z) + (w * y)),
            2 * ((x * y) + (w * z)), 1 - (2 * ((x * x) + (z * z))), 2 * ((y * z) - (w * x)),
            2 * ((x * z) - (w * y)), 2 * ((y * z) + (w * x)), 1 - (2 * ((x * x) + (y * y))),
        ];
    }
}
