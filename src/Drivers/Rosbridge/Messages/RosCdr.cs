using System.Buffers.Binary;
using System.Text;

namespace Robotics.Drivers.Rosbridge.Messages;

/// <summary>Reads messages in the plain CDR of ROS 2: numbers aligned to their size from the end of the encapsulation header.</summary>
internal static class RosCdr
{
    /// <summary>Reads a sensor_msgs/JointState.</summary>
    public static void Read(ReadOnlySpan<byte> message, JointStateMessage into)
    {
        var reader = new CdrReader(message);
        into.StampNanoseconds = ReadHeader(ref reader);
        for (var left = reader.ReadCount(5); left > 0; left--)
            into.AddName(reader.ReadText());
        ReadNumbers(ref reader, into.Positions);
        ReadNumbers(ref reader, into.Velocities);
        ReadNumbers(ref reader, into.Efforts);
    }

    /// <summary>Reads a sensor_msgs/Image, or a sensor_msgs/CompressedImage.</summary>
    public static void Read(ReadOnlySpan<byte> message, ImageMessage into, bool isCompressed)
    {
        var reader = new CdrReader(message);
        into.StampNanoseconds = ReadHeader(ref reader);
        if (!isCompressed)
            (into.Height, into.Width) = (reader.ReadUInt32(), reader.ReadUInt32());
        into.Encoding = Encoding.UTF8.GetString(reader.ReadText());
        if (!isCompressed)
        {
            reader.ReadByte(); // is_bigendian
            into.Step = reader.ReadUInt32();
        }

        var bytes = reader.ReadBytes(reader.ReadCount(1));
        var data = into.Reserve(bytes.Length);
        if (data.Length == bytes.Length)
            bytes.CopyTo(data);
    }

    private static long ReadHeader(ref CdrReader reader)
    {
        var stamp = ((int)reader.ReadUInt32() * 1_000_000_000L) + reader.ReadUInt32();
        reader.ReadText(); // frame_id
        return stamp;
    }

    private static void ReadNumbers(ref CdrReader reader, RosNumbers into)
    {
        for (var left = reader.ReadCount(sizeof(double)); left > 0; left--)
            into.Add(reader.ReadDouble());
    }

    private ref struct CdrReader
    {
        private readonly ReadOnlySpan<byte> _body;
        private readonly bool _isLittleEndian;
        private int _at;

        public CdrReader(ReadOnlySpan<byte> message)
        {
            if (message.Length < 4 || message[0] != 0 || message[1] > 1)
                throw new RosFormatException("it is no plain CDR");
            _isLittleEndian = message[1] == 1;
            _body = message[4..];
        }

        public byte ReadByte() => Take(1, 1)[0];

        public uint ReadUInt32()
        {
            var bytes = Take(4, 4);
            return _isLittleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
        }

        public double ReadDouble()
        {
            var bytes = Take(8, 8);
            return _isLittleEndian ? BinaryPrimitives.ReadDoubleLittleEndian(bytes) : BinaryPrimitives.ReadDoubleBigEndian(bytes);
        }

        /// <summary>Length of a list whose elements take at least this many bytes: one that the message cannot hold is refused.</summary>
        public int ReadCount(int elementBytes)
        {
            var count = ReadUInt32();
            return count * (long)elementBytes <= _body.Length - _at
                ? (int)count
                : throw new RosFormatException("a list is longer than the message");
        }

        /// <summary>Text without its closing zero.</summary>
        public ReadOnlySpan<byte> ReadText()
        {
            var text = ReadBytes(ReadCount(1));
            return text is [.. var start, 0] ? start : text;
        }

        public ReadOnlySpan<byte> ReadBytes(int count) => Take(count, 1);

        private ReadOnlySpan<byte> Take(int count, int alignment)
        {
            _at = (_at + alignment - 1) / alignment * alignment;
            if (_at + count > _body.Length)
                throw new RosFormatException("it ends too early");
            var bytes = _body.Slice(_at, count);
            _at += count;
            return bytes;
        }
    }
}
