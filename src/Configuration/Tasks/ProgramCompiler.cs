using Robotics.Configuration.Expressions;
using Robotics.Configuration.Yaml;
using Robotics.Core.Spaces;
using Robotics.Core.Terms;

namespace Robotics.Configuration.Tasks;

/// <summary>Compiles a task's expressions over its terms, its action and its definitions.</summary>
internal sealed class ProgramCompiler(IReadOnlyList<ResolvedTerm> terms, ActionSpace actions, ErrorList errors)
{
    private readonly List<(string Name, YamlScalar Text, ExpressionNode Expression)> _definitions = [];

    /// <summary>Reads <c>define:</c>: names for expressions; each may use those before it.</summary>
    public void Define(YamlNode? node)
    {
        if (node is null)
            return;
        if (node is not YamlMapping mapping)
        {
            errors.Add(node, $"expected a mapping of names to expressions, found {node.Description}");
            return;
        }

        foreach (var (key, value) in mapping.Entries)
        {
            if (ExpressionNames.Problem(key.Text) is { } problem)
                errors.Add(key, problem);
            else if (terms.Any(t => t.Term.Name == key.Text))
                errors.Add(key, $"'{key.Text}' is already a term of the observation");
            else if (Parse(value) is { } parsed && Try(parsed.Text, c => c.Compile(parsed.Expression)) is not null)
                _definitions.Add((key.Text, parsed.Text, parsed.Expression));
        }
    }

    /// <summary>Compiles an expression that gives one number; null, with an error, when it is wrong.</summary>
    public TermProgram? Compile(YamlNode node, string what)
    {
        if (Parse(node) is not { } parsed)
            return null;
        return Try(parsed.Text, c => c.Builder.Build(c.CompileScalar(parsed.Expression, what).Terms));
    }

    private (YamlScalar Text, ExpressionNode Expression)? Parse(YamlNode node)
    {
        if (node is not YamlScalar scalar)
        {
            errors.Add(node, $"expected an expression, found {node.Description}");
            return null;
        }

        try
        {
            return (scalar, ExpressionParser.Parse(scalar.Text));
        }
        catch (ExpressionException e)
        {
            errors.Add(scalar.LocationOf(e.Position), e.Message);
            return null;
        }
    }

    private T? Try<T>(YamlScalar text, Func<ExpressionCompiler, T> compile)
        where T : class
    {
        try
        {
            var builder = new TermBuilder();
            return compile(new ExpressionCompiler(builder, Scope(builder)));
        }
        catch (ExpressionException e)
        {
            errors.Add(text.LocationOf(e.Position), e.Message);
            return null;
        }
    }

    private Dictionary<string, TermVector> Scope(TermBuilder builder)
    {
        var scope = new Dictionary<string, TermVector>();
        foreach (var t in terms.Where(t => t.Term.IsObserved))
        {
            Term[] elements = [.. Enumerable.Range(t.Term.Offset, t.Term.Dimension).Select(builder.Observation)];
            scope[t.Term.Name] = new TermVector(elements, t.Units, t.ElementNames);
        }

        foreach (var t in terms.Where(t => !t.Term.IsObserved))
        {
            var moving = t.Term.Kinematics!.Joints;
            scope[t.Term.Name] = TermVector.From("m", t.Chain!.Build(
                builder, joint => moving.Contains(joint) ? builder.Observation(ElementOf(joint)) : builder.Constant(0)));
        }

        AddAction(builder, scope);
        foreach (var (name, _, expression) in _definitions)
            scope[name] = new ExpressionCompiler(builder, scope).Compile(expression);
        return scope;
    }

    private void AddAction(TermBuilder builder, Dictionary<string, TermVector> scope)
    {
        string[] names = [.. actions.Channels.Select(c => c.Name)];
        Term[] action = [.. Enumerable.Range(0, actions.Dimension).Select(builder.Action)];
        var none = new string?[names.Length];
        scope[ExpressionNames.Action] = new TermVector(action, none, names);
        Term[] command = [.. actions.Channels.Select((c, i) => builder.Add(
            builder.Constant((c.Low + c.High) / 2),
            builder.Multiply(builder.Constant((c.High - c.Low) / 2), action[i])))];
        scope[ExpressionNames.Command] = new TermVector(command, none, names);
    }

    private int ElementOf(string joint)
    {
        var term = terms.First(t => t.Term.Quantity is { Kind: QuantityKind.JointPosition } q && q.Names.Contains(joint)).Term;
        return term.Offset + term.Quantity!.Names.TakeWhile(n => n != joint).Count();
    }
}
