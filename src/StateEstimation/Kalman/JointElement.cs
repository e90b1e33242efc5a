using Robotics.Configuration.Tasks;
using Robotics.Core.Spaces;

namespace Robotics.StateEstimation.Kalman;

/// <summary>Role of an element of a task's observation in a filter of joint states. Immutable.</summary>
/// <param name="Joint">The joint's name; null for an element that is neither the position nor the velocity of a joint.</param>
/// <param name="IsVelocity">True for the joint's velocity, false for its position.</param>
public readonly record struct JointElement(string? Joint, bool IsVelocity)
{
    /// <summary>[observation dimension], the elements of a task's observation.</summary>
    public static JointElement[] FromTask(TaskDefinition task)
    {
        var elements = new JointElement[task.Observations.Dimension];
        foreach (var term in task.Terms.Where(t => t.IsObserved))
        {
            if (term.Quantity is not { Kind: QuantityKind.JointPosition or QuantityKind.JointVelocity } quantity)
                continue;
            for (var i = 0; i < term.Dimension; i++)
                elements[term.Offset + i] = new JointElement(quantity.Names[i], quantity.Kind == QuantityKind.JointVelocity);
        }

        return elements;
    }
}
