using System.Reflection;
using TorchSharp.Modules;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>
        /// The root of all modules: parameters, buffers and parts under names. A derived class calls
        /// <see cref="RegisterComponents"/> last in its constructor; its fields are found by reflection.
        /// </summary>
        public partial class Module : IDisposable
        {
            private readonly NamedList<Parameter> _ownParameters = new();
            private readonly NamedList<(Tensor Value, bool Persistent)> _ownBuffers = new();
            private readonly NamedList<Module> _parts = new();
            private bool _registered;
            private bool _disposed;

            protected string? name;

            protected Module(string name) => this.name = name;

            public virtual bool training { get; private set; } = true;

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                if (!disposing || _disposed) return;
                _disposed = true;
                foreach (var (_, buffer) in _ownBuffers.Items) buffer.Value.DetachFromDisposeScope().Dispose();
                foreach (var (_, parameter) in _ownParameters.Items) parameter.DetachFromDisposeScope().Dispose();
                foreach (var (_, part) in _parts.Items) part.Dispose();
            }

            public virtual string GetName() => name ?? GetType().Name;

            public virtual void train(bool train = true)
            {
                training = train;
                foreach (var (_, part) in named_children()) part.train(train);
            }

            public virtual void eval() => train(false);

            public virtual Module apply(Action<Module> fn)
            {
                foreach (var (_, part) in _parts.Items) part.apply(fn);
                fn(this);
                return this;
            }

            public virtual void zero_grad(bool set_to_none = true) => Gradients.Zero(parameters(), set_to_none);

            public virtual void register_parameter(string name, Parameter param)
            {
                if (param is null || param.IsInvalid) throw new ArgumentNullException(nameof(param), "A null tensor cannot be registered as a parameter.");
                if (!_ownParameters.TryAdd(name, param)) throw new InvalidOperationException("Parameter " + name + " is already registered.");
            }

            public virtual void register_buffer(string name, Tensor tensor, bool persistent = true)
            {
                if (tensor is null || tensor.IsInvalid) throw new ArgumentNullException(nameof(tensor), "A null tensor cannot be registered as a buffer.");
                if (!_ownBuffers.TryAdd(name, (tensor, persistent))) throw new InvalidOperationException("Tensor " + name + " is already registered.");
            }

            public void add_module(string name, Module module) => register_module(name, module);

            public virtual void register_module(string name, Module submodule)
            {
                if (submodule is null)
                {
                    _parts.Remove(name);
                    return;
                }
                if (string.IsNullOrEmpty(name)) throw new ArgumentException("module name can't be empty string \"\"");
                if (name.Contains('.')) throw new ArgumentException("module name can't contain \".\", got: " + name);
                submodule.RegisterComponents();
                if (!_parts.TryAdd(name, submodule)) throw new InvalidOperationException("Sub-module " + name + " is already registered.");
            }

            protected void ClearModules() => _parts.Clear();

            protected void ConditionallyRegisterParameter(string name, Parameter? value)
            {
                if (value is null) _ownParameters.Remove(name);
                else _ownParameters.Set(name, value);
            }

            protected void ConditionallyRegisterBuffer(string name, Tensor? value, bool persistent = true)
            {
                if (value is null) _ownBuffers.Remove(name);
                else _ownBuffers.Set(name, (value, persistent));
            }

            /// <summary>Registers every field that is a module, a parameter or a tensor and has not been registered by hand.</summary>
            protected virtual void RegisterComponents()
            {
                if (_registered) return;
                foreach (var field in Fields(GetType()))
                {
                    var key = ComponentNames.Of(field);
                    if (_parts.Contains(key) || _ownParameters.Contains(key) || _ownBuffers.Contains(key)) continue;
                    switch (field.GetValue(this))
                    {
                        case Module module:
                            register_module(key, module);
                            break;
                        case Parameter parameter:
                            register_parameter(key, (Parameter)parameter.DetachFromDisposeScope());
                            break;
                        case Tensor tensor:
                            register_buffer(key, tensor.DetachFromDisposeScope());
                            break;
                    }
                }
                _registered = true;
            }

            private static IEnumerable<FieldInfo> Fields(Type? type)
            {
                const BindingFlags Own = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly;
                var seen = new HashSet<string>();
                for (; type is not null && type != typeof(Module) && type != typeof(object); type = type.BaseType)
                {
                    foreach (var field in type.GetFields(Own).OrderBy(field => field.MetadataToken))
                    {
                        if (seen.Add(field.Name)) yield return field;
                    }
                }
            }
        }
    }
}
