using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            protected internal virtual Module _to(Device device, ScalarType dtype, bool non_blocking)
            {
                RequireFloating(dtype);
                Move(dtype, InitializeDevice(device));
                return this;
            }

            protected internal virtual Module _to(DeviceType deviceType, int deviceIndex, bool non_blocking)
            {
                Move(null, InitializeDevice(new Device(deviceType, deviceIndex)));
                return this;
            }

            protected internal virtual Module _to(ScalarType dtype, bool non_blocking)
            {
                RequireFloating(dtype);
                Move(dtype, null);
                return this;
            }

            private static void RequireFloating(ScalarType type)
            {
                if (!is_floating_point(type))
                    throw new ArgumentException("nn.Module.to only accepts floating point or complex types, but got desired dtype=" + type);
            }

            /// <summary>Parameters and buffers keep their identity; what they hold is replaced.</summary>
            private void Move(ScalarType? type, Device? device)
            {
                using var quiet = no_grad();
                foreach (var parameter in parameters()) Replace(parameter, type, device);
                foreach (var buffer in buffers()) Replace(buffer, type, device);
            }

            private static void Replace(Tensor tensor, ScalarType? type, Device? device)
            {
                var target = type is { } wanted && tensor.is_floating_point() ? wanted : tensor.dtype;
                var place = device ?? tensor.device;
                if (!tensor.WillChange(target, place)) return;
                using var scope = NewDisposeScope();
                var moved = tensor.to(target, place).detach();
                moved.requires_grad = tensor.requires_grad;
                if (tensor.grad is { } gradient) moved.grad = gradient.to(target, place);
                tensor.Exchange(moved);
            }
        }
    }
}

/// <summary>Moves of whole modules between devices and types.</summary>
public static class ModuleExtensionMethods
{
    public static T to<T>(this T module, torch.Device device, torch.ScalarType type, bool non_blocking = false)
        where T : torch.nn.Module => (T)module._to(device, type, non_blocking);

    public static T to<T>(this T module, DeviceType deviceType, int deviceIndex = -1, bool non_blocking = false)
        where T : torch.nn.Module => (T)module._to(deviceType, deviceIndex, non_blocking);

    public static T to<T>(this T module, torch.Device device, bool non_blocking = false)
        where T : torch.nn.Module => (T)module._to(device.type, device.index, non_blocking);

    public static T to<T>(this T module, string device, bool non_blocking = false)
        where T : torch.nn.Module => module.to(new torch.Device(device), non_blocking);

    public static T to<T>(this T module, torch.ScalarType type, bool non_blocking = false)
        where T : torch.nn.Module => (T)module._to(type, non_blocking);

    public static T to<T>(this T module, torch.Tensor other, bool non_blocking = false)
        where T : torch.nn.Module => module.to(other.device, other.dtype, non_blocking);

    public static T cpu<T>(this T module, bool non_blocking = false)
        where T : torch.nn.Module => module.to(DeviceType.CPU, -1, non_blocking);

    public static T cuda<T>(this T module, int deviceIndex = -1, bool non_blocking = false)
        where T : torch.nn.Module => module.to(DeviceType.CUDA, deviceIndex, non_blocking);

    public static T @float<T>(this T module, bool non_blocking = false)
        where T : torch.nn.Module => module.to(torch.ScalarType.Float32, non_blocking);

    public static T @double<T>(this T module, bool non_blocking = false)
        where T : torch.nn.Module => module.to(torch.ScalarType.Float64, non_blocking);
}
