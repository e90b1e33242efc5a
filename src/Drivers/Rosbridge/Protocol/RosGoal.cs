using System.Text.Json;

namespace Robotics.Drivers.Rosbridge.Protocol;

/// <summary>A goal that was sent to an action of ours.</summary>
/// <param name="Args">The goal's fields.</param>
/// <param name="FeedbackAsync">Sends a feedback: the JSON of its fields.</param>
/// <param name="Cancelled">Cancelled when the sender cancels the goal, or when the connection ends.</param>
internal sealed record RosGoal(JsonElement Args, Func<string, Task> FeedbackAsync, CancellationToken Cancelled);
