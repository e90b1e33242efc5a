using Robotics.Configuration.Binding;
using Robotics.Configuration.Yaml;
using Robotics.Core.Spaces;
using Robotics.Core.Terms;

namespace Robotics.Configuration.Tasks;

/// <summary>The compiled expressions of a task.</summary>
internal sealed record TaskPrograms(TermProgram? Reward, TermProgram? Termination, TermProgram? Success)
{
    public static TaskPrograms Resolve(SectionReader section, IReadOnlyList<ResolvedTerm> terms, ActionSpace actions, ErrorList errors)
    {
        var compiler = new ProgramCompiler(terms, actions, errors);
        var before = errors.Count;
        compiler.Define(section.Find("define"));
        if (section.Find("success") is null)
            section.Refuse("there is no 'success'", "success_hold_seconds");

        // Where a definition is wrong, each use of its name would be a further error.
        if (errors.Count > before)
            return new TaskPrograms(null, null, null);
        return new TaskPrograms(
            section.Require("reward") is { } reward ? compiler.Compile(reward, "the reward") : null,
            section.Find("termination") is { } termination ? compiler.Compile(termination, "the termination") : null,
            section.Find("success") is { } success ? compiler.Compile(success, "the success") : null);
    }
}
