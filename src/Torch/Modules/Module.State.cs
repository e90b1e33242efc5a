namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            public virtual Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
            {
                destination ??= [];
                var lead = string.IsNullOrEmpty(prefix) ? string.Empty : prefix + ".";
                foreach (var (key, parameter) in named_parameters()) destination.TryAdd(lead + key, parameter);
                foreach (var (key, buffer) in named_buffers(include_nonpersistent: false)) destination.TryAdd(lead + key, buffer);
                foreach (var (key, part) in named_children()) part.state_dict(destination, lead + key);
                return destination;
            }

            public virtual (IList<string> missing_keys, IList<string> unexpected_keyes) load_state_dict(Dictionary<string, Tensor> source, bool strict = true, IList<string>? skip = null)
            {
                var target = state_dict();
                var skipped = new HashSet<string>(skip ?? []);
                var unexpected = source.Keys.Where(key => !skipped.Contains(key) && !target.ContainsKey(key)).ToList();
                var missing = target.Keys.Where(key => !skipped.Contains(key) && !source.ContainsKey(key)).ToList();
                if (strict && (missing.Count > 0 || unexpected.Count > 0))
                    throw new InvalidOperationException("The loaded state_dict is not identical to the target dictionary.");
                using var quiet = no_grad();
                foreach (var (key, value) in source)
                {
                    if (!skipped.Contains(key) && target.TryGetValue(key, out var tensor)) tensor.copy_(value);
                }
                return (missing, unexpected);
            }

            public Module save(string location, IList<string>? skip = null)
            {
                using var stream = File.Create(location);
                return save(stream, skip);
            }

            public Module save(Stream stream, IList<string>? skip = null)
            {
                using var writer = new BinaryWriter(stream);
                return save(writer, skip);
            }

            public Module save(BinaryWriter writer, IList<string>? skip = null)
            {
                save_state_dict(writer, state_dict(), skip);
                return this;
            }

            public static void save_state_dict(BinaryWriter writer, Dictionary<string, Tensor> sd, IList<string>? skip = null)
            {
                var kept = sd.Where(item => skip is null || !skip.Contains(item.Key)).ToList();
                Leb128.Write(writer, kept.Count);
                foreach (var (key, value) in kept)
                {
                    writer.Write(key);
                    value.Save(writer);
                }
            }

            public virtual Module load(string location, bool strict = true, IList<string>? skip = null, Dictionary<string, bool>? loadedParameters = null)
            {
                using var stream = File.OpenRead(location);
                return load(stream, strict, skip, loadedParameters);
            }

            public Module load(Stream stream, bool strict = true, IList<string>? skip = null, Dictionary<string, bool>? loadedParameters = null)
            {
                using var reader = new BinaryReader(stream);
                return load(reader, strict, skip, loadedParameters);
            }

            public virtual Module load(BinaryReader reader, bool strict = true, IList<string>? skip = null, Dictionary<string, bool>? loadedParameters = null)
            {
                var target = state_dict();
                var count = Leb128.Read(reader);
                if (strict && count != target.Count)
                    throw new ArgumentException("Mismatched state_dict sizes: expected " + target.Count + ", but found " + count + " entries.");
                for (long i = 0; i < count; i++)
                {
                    var key = reader.ReadString();
                    using var value = Tensor.Load(reader);
                    var found = target.TryGetValue(key, out var tensor);
                    if (!found && strict)
                        throw new ArgumentException("Mismatched module state names: the target modules does not have a submodule or buffer named '" + key + "'");
                    if (found && skip?.Contains(key) != true) Overwrite(key, tensor!, value);
                    loadedParameters?.Add(key, found);
                }
                return this;
            }

            private static void Overwrite(string key, Tensor target, Tensor value)
            {
                if (!target.shape.AsSpan().SequenceEqual(value.shape))
                    throw new ArgumentException("Mismatched tensor shape while loading '" + key + "'. Make sure that the model you are loading into is exactly the same as the origin.");
                using var quiet = no_grad();
                target.copy_(value);
            }
        }
    }
}
