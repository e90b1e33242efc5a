using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
                => Unique(OwnAndParts(_ownParameters.Items, recurse, part => part.named_parameters(true)));

            public virtual IEnumerable<Parameter> parameters(bool recurse = true) => named_parameters(recurse).Select(named => named.parameter);

            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true)
                => Unique(OwnAndParts(
                    _ownBuffers.Items.Where(item => item.Value.Persistent || include_nonpersistent).Select(item => (item.Name, item.Value.Value)),
                    recurse,
                    part => part.named_buffers(true, include_nonpersistent)));

            public virtual IEnumerable<Tensor> buffers(bool recurse = true, bool include_nonpersistent = true)
                => named_buffers(recurse, include_nonpersistent).Select(named => named.buffer);

            public virtual IEnumerable<(string name, Module module)> named_children() => _parts.Items;

            public virtual IEnumerable<Module> children() => named_children().Select(named => named.module);

            public virtual IEnumerable<(string name, Module module)> named_modules()
                => OwnAndParts(named_children(), true, part => part.named_modules());

            public virtual IEnumerable<Module> modules() => named_modules().Select(named => named.module);

            public virtual bool has_parameter(string target) => get_parameter(target) is not null;

            public virtual bool has_buffer(string target) => get_buffer(target) is not null;

            public virtual Parameter? get_parameter(string target)
                => named_parameters().FirstOrDefault(named => named.name == target).parameter;

            public virtual Tensor? get_buffer(string target)
                => named_buffers().FirstOrDefault(named => named.name == target).buffer;

            private IEnumerable<(string Name, T Value)> OwnAndParts<T>(
                IEnumerable<(string Name, T Value)> own, bool recurse, Func<Module, IEnumerable<(string, T)>> ofPart)
            {
                foreach (var item in own) yield return item;
                if (!recurse) yield break;
                foreach (var (prefix, part) in named_children())
                {
                    foreach (var (key, value) in ofPart(part)) yield return (prefix + "." + key, value);
                }
            }

            /// <summary>A tensor shared by two parts is listed once, under its first name.</summary>
            private static IEnumerable<(string, T)> Unique<T>(IEnumerable<(string Name, T Value)> items)
                where T : Tensor
            {
                var seen = new HashSet<nint>();
                foreach (var item in items)
                {
                    if (!item.Value.IsInvalid && seen.Add(item.Value.Handle)) yield return item;
                }
            }
        }
    }
}
