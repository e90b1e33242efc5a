using Robotics.Configuration.Binding;
using Robotics.Configuration.Yaml;

namespace Robotics.Configuration.Renames;

/// <summary>
/// Version 0.1 chose what <c>latent:</c> trains by four switches and two zeros: <c>dynamics</c>, <c>actor</c>, <c>imagination.method</c>,
/// <c>foresight.first_updates</c> above 0 and <c>foresight.members</c> above 0. This turns them into <c>algorithm</c>, <c>schedule</c>,
/// <c>actor</c> and <c>rounds.train_multi_step_dynamics</c>. It reads the section after all files are laid over each other, with
/// <see cref="RenamedKeys"/> in their new places. Of an old key and the new one that replaces it the one that was laid over the other
/// counts. One thread.
/// </summary>
internal sealed class FormerLatentChoice
{
    private const string Section = "latent";
    private const string Planet = "planet";
    private const string MultiStepDynamics = "multi_step_dynamics";
    private const string DynamicsEnsemble = "dynamics_ensemble";
    private const string BeliefEnsemble = "belief_ensemble";
    private const string Dreamer = "dreamer";
    private const string Rounds = "rounds";
    private const string Joint = "joint";
    private const string None = "none";
    private const string Prior = "prior";
    private const string Policy = "policy";
    private const string TrainDynamics = "train_multi_step_dynamics";
    private static readonly string[] Methods = [Dreamer, "world_models", "dyna"];

    private readonly YamlMapping _latent;
    private readonly YamlEntry? _algorithm;
    private readonly YamlEntry? _dynamics;
    private readonly YamlEntry? _actor;
    private readonly YamlEntry? _method;
    private readonly YamlEntry? _firstUpdates;
    private readonly YamlEntry? _members;

    private FormerLatentChoice(YamlMapping latent)
    {
        _latent = latent;
        _algorithm = latent.Find("algorithm");
        _dynamics = latent.Find("dynamics");
        _actor = latent.Find("actor") is { } actor && Text(actor) is Prior or Policy ? latent.Find("actor") : null;
        _method = Moved("behaviour", "method");
        _firstUpdates = Moved(Rounds, "first_updates");
        _members = Moved(MultiStepDynamics, "members");
    }

    /// <summary>The task with the new keys in place of the old switches.</summary>
    /// <param name="root">The task.</param>
    /// <param name="uses">The uses of old keys; those of the switches are added, or changed to name what is chosen.</param>
    public static YamlMapping Apply(YamlMapping root, List<OldKeyUse> uses)
    {
        if (root.Find(Section) is not { Value: YamlMapping latent } entry)
            return root;
        var former = new FormerLatentChoice(latent);
        return former.First is { } first ? root.With(entry with { Value = former.Replace(first, uses) }) : root;
    }

    private YamlEntry? First => _dynamics ?? _actor ?? _method ?? _firstUpdates ?? _members;

    private YamlMapping Replace(YamlEntry first, List<OldKeyUse> uses)
    {
        var choice = Choose();
        Explain(choice, uses);
        var latent = Without(_latent, "behaviour", _method).Without("dynamics");
        if (_actor is not null || (_method is not null && choice.Actor != None))
            latent = latent.Without("actor");
        if (choice.Actor != None && latent.Find("actor") is null)
            latent = latent.With(Entry(_actor ?? first, "actor", choice.Actor));
        if (_firstUpdates is not null)
            latent = latent.With(Entry(_firstUpdates, "schedule", choice.IsInRounds ? Rounds : Joint));
        if (_members is not null && !IsPositive(_members))
            latent = Without(latent, MultiStepDynamics, _members);
        if (_members is not null && IsOptional(choice.Algorithm) && latent.Find(Rounds) is not { Value: not YamlMapping })
        {
            var rounds = latent.Find(Rounds) ?? Entry(_members, Rounds, new YamlMapping(_members.Key.Location, []));
            var flag = Entry(_members, TrainDynamics, choice.HasMultiStepDynamics ? "true" : "false");
            latent = latent.With(rounds with { Value = ((YamlMapping)rounds.Value).With(flag) });
        }

        return latent.With(Entry(first, "algorithm", choice.Algorithm));
    }

    /// <summary>The algorithm of the switches, each as its old key has it, or else as the new ones imply.</summary>
    private Choice Choose()
    {
        var algorithm = _algorithm is null ? "" : Text(_algorithm);
        var proposing = _latent.Find("actor") is { } p && Methods.Contains(Text(p)) ? Text(p) : None;
        var (schedule, flag) = (_latent.Find("schedule"), Find(Rounds, TrainDynamics));
        var isInRounds = Counts(_firstUpdates, schedule) ? IsPositive(_firstUpdates!) : schedule is not null && Text(schedule) == Rounds;
        var hasDynamics = Counts(_members, flag) ? IsPositive(_members!)
            : flag is not null ? Text(flag) == "true"
            : algorithm != Planet || !isInRounds;
        var method = _method is not null ? Text(_method) : proposing != None ? proposing : Dreamer;
        var actor = _actor is { } a && Text(a) == Prior ? method : _method is not null && proposing != None ? method : proposing;
        if (!new[] { _dynamics, _actor, _method, _firstUpdates, _members }.Any(e => Counts(e, _algorithm)))
            return new Choice(algorithm, actor, isInRounds, hasDynamics);

        var isPolicy = Counts(_actor, _algorithm) ? Text(_actor!) == Policy : IsPolicy(algorithm);
        if (isPolicy)
            return new Choice(Counts(_method, _algorithm) || !IsPolicy(algorithm) ? method : algorithm, None, isInRounds, hasDynamics);
        var dynamics = Counts(_dynamics, _algorithm) ? Text(_dynamics!) : algorithm;
        return new Choice(Name(dynamics, isInRounds && hasDynamics), actor, isInRounds, hasDynamics);
    }

    private static string Name(string dynamics, bool hasMultiStepDynamics) => dynamics switch
    {
        "ensemble" or BeliefEnsemble => BeliefEnsemble,
        "foresights" or DynamicsEnsemble => DynamicsEnsemble,
        "rssm" or "" or Planet or MultiStepDynamics => hasMultiStepDynamics ? MultiStepDynamics : Planet,
        _ when IsPolicy(dynamics) => hasMultiStepDynamics ? MultiStepDynamics : Planet,
        _ => dynamics, // a word that there never was: the reader of 'algorithm' says so
    };

    private void Explain(Choice choice, List<OldKeyUse> uses)
    {
        var algorithm = $"'latent.algorithm: {choice.Algorithm}'";
        if (_dynamics is not null)
        {
            var isLeftOut = IsPolicy(choice.Algorithm) && Text(_dynamics) != "rssm";
            var replacement = isLeftOut ? $"without effect beside {algorithm}" : algorithm;
            uses.Add(new(_dynamics.Key.Location, $"latent.dynamics: {Text(_dynamics)}", replacement));
        }

        if (_actor is not null)
        {
            var replacement = choice.Actor == None ? algorithm : $"'latent.actor: {choice.Actor}'";
            uses.Add(new(_actor.Key.Location, $"latent.actor: {Text(_actor)}", replacement));
        }

        Change(_method, IsPolicy(choice.Algorithm) ? algorithm
            : choice.Actor != None ? $"'latent.actor: {choice.Actor}'"
            : "'latent.algorithm' or 'latent.actor'");
        if (_members is not null && !IsPositive(_members))
            Change(_members, IsOptional(choice.Algorithm) ? $"'latent.rounds.{TrainDynamics}: false'" : algorithm);
        var schedule = choice.IsInRounds ? Rounds : Joint;
        Change(_firstUpdates, $"'latent.rounds.first_updates' with 'latent.schedule: {schedule}' and {algorithm}");

        void Change(YamlEntry? key, string replacement)
        {
            if (uses.FindIndex(u => u.At == key?.Key.Location) is >= 0 and var i)
                uses[i] = uses[i] with { New = replacement };
        }
    }

    /// <summary>True for an old key that is given, unless the new one that replaces it stands beside it or was laid over it.</summary>
    private bool Counts(YamlEntry? old, YamlEntry? replacement) =>
        old is not null && (replacement is null || (IsLaidOver(old) && !IsLaidOver(replacement)));

    /// <summary>True for a key of settings that were laid over the task.</summary>
    private bool IsLaidOver(YamlEntry entry) => entry.Key.Location.File != _latent.Location.File;

    private YamlEntry? Find(string section, string key) => (_latent.Find(section)?.Value as YamlMapping)?.Find(key);

    private YamlEntry? Moved(string section, string key) => Find(section, key) is { Key.Former: not null } entry ? entry : null;

    private static YamlMapping Without(YamlMapping latent, string section, YamlEntry? key) =>
        key is not null && latent.Find(section) is { Value: YamlMapping keys } entry
            ? latent.With(entry with { Value = keys.Without(key.Key.Text) })
            : latent;

    private static YamlEntry Entry(YamlEntry old, string key, string value) => Entry(old, key, old.Key.ReadAs(value));

    private static YamlEntry Entry(YamlEntry old, string key, YamlNode value) => new(old.Key.ReadAs(key), value);

    private static bool IsPolicy(string algorithm) => Methods.Contains(algorithm);

    /// <summary>True for algorithms that may train multi-step dynamics besides their own models.</summary>
    private static bool IsOptional(string algorithm) => algorithm == BeliefEnsemble || IsPolicy(algorithm);

    private static string Text(YamlEntry entry) => (entry.Value as YamlScalar)?.Text ?? "";

    /// <summary>False for 0: what is no number, the reader of the value says.</summary>
    private static bool IsPositive(YamlEntry entry) => !ScalarConversion.TryNumber(entry.Value, out var number) || number > 0;

    /// <summary>Values of the new keys. Immutable.</summary>
    /// <param name="Algorithm">Name of the algorithm.</param>
    /// <param name="Actor">Method of the actor that proposes sequences; <c>none</c> for no such actor.</param>
    /// <param name="IsInRounds">True for training in rounds.</param>
    /// <param name="HasMultiStepDynamics">True when rounds train multi-step dynamics, where the algorithm leaves it open.</param>
    private sealed record Choice(string Algorithm, string Actor, bool IsInRounds, bool HasMultiStepDynamics);
}
