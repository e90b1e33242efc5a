using System.Globalization;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A device: its kind and, where there are several, its number (−1 for the current one).</summary>
    public class Device
    {
        public Device(string description)
        {
            var parts = description.Split(':');
            type = Parse(parts[0]);
            if (parts.Length == 2) index = int.Parse(parts[1], CultureInfo.InvariantCulture);
        }

        public Device(string deviceType, int index = -1)
        {
            type = Parse(deviceType);
            this.index = index;
        }

        public Device(DeviceType deviceType, int index = -1)
        {
            type = deviceType;
            this.index = index;
        }

        public Device(int index)
        {
            type = DeviceType.CUDA;
            this.index = index;
        }

        public DeviceType type { get; }

        public int index { get; } = -1;

        public static implicit operator Device(string description) => new(description);

        public override string ToString()
        {
            var kind = type.ToString().ToLowerInvariant();
            return type == DeviceType.CPU || index == -1 ? kind : kind + ":" + index.ToString(CultureInfo.InvariantCulture);
        }

        private static DeviceType Parse(string kind) => Enum.Parse<DeviceType>(kind.ToUpperInvariant());
    }

    public static readonly Device CPU = new(DeviceType.CPU);

    public static readonly Device META = new(DeviceType.META);

    private static Device s_defaultDevice = new(DeviceType.CPU);

    public static Device CUDA => InitializeDevice(new Device(DeviceType.CUDA));

    public static Device device(string description) => InitializeDevice(new Device(description));

    public static Device device(string deviceType, int index = -1) => InitializeDevice(new Device(deviceType, index));

    public static Device device(DeviceType deviceType, int index = -1) => InitializeDevice(new Device(deviceType, index));

    public static Device device(int index) => new(DeviceType.CUDA, index);

    public static Device get_default_device() => s_defaultDevice;

    public static void set_default_device(Device device) => s_defaultDevice = InitializeDevice(device);

    public static void set_default_device(string device) => s_defaultDevice = torch.device(device);

    public static Device InitializeDevice(Device? device)
    {
        device ??= get_default_device();
        InitializeDeviceType(device.type);
        return device;
    }

    public static void InitializeDeviceType(DeviceType deviceType)
    {
        if (!TryInitializeDeviceType(deviceType))
            throw new InvalidOperationException(deviceType + " is not available in this libtorch.");
    }

    public static bool TryInitializeDeviceType(DeviceType deviceType) => deviceType != DeviceType.CUDA || cuda.is_available();

    public static bool cuda_is_available() => cuda.is_available();

    /// <summary>NVIDIA devices; none with a libtorch built for the processor only.</summary>
    public static class cuda
    {
        public static bool is_available() => device_count() > 0;

        public static int device_count() => Native.Check(Native.rt_cuda_device_count());

        public static void manual_seed(long seed) => Native.Check(Native.rt_cuda_seed((ulong)seed));

        public static void manual_seed_all(long seed) => Native.Check(Native.rt_cuda_seed((ulong)seed));

        public static void synchronize(Device? device = null) => Native.Check(Native.rt_cuda_synchronize(device?.index ?? -1));
    }
}
