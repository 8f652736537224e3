using System.Buffers.Binary;
using System.Text;
using IoMerge.Mount.Tests.Fuse.Support;
using IoMerge.Mount.Volumes;

namespace IoMerge.Mount.Tests.Fuse.Session;

/// <summary>Makes messages that a kernel would never send, most of them close to ones that it would.</summary>
internal static class HostileMessages
{
    private static readonly ulong[] Edges =
    [
        0, 1, 2, 511, 4095, 4096, 99_999, 100_000, 100_001, 1UL << 31, 1UL << 32, (1UL << 62) + 1, long.MaxValue - 4096,
        long.MaxValue - 1, long.MaxValue, 1UL << 63, ulong.MaxValue - 4095, ulong.MaxValue,
    ];

    private static readonly string[] SettingLines =
    [
        "Policy=None", "Policy=Fifo", "Policy=Scan", "Policy=Deadline", "Depth=1", "Depth=32", "Merge:Level=Off",
        "Merge:Level=All", "Merge:MaxBytes=4KiB", "Hold:Mode=Fixed", "Hold:MaxUs=50", "Deadline:FifoBatch=1",
        "Depth=0", "Depth=99999999999", "Polcy=Scan", "Merge=1", "=", "==", ":=:", "Merge:=1", "QueueMaxBytes=1GiB", "",
        "Fuse:Readers=1", "\0", "\ud800",
    ];

    public static byte[] Create(Random random, ulong unique)
    {
        byte[] message = random.Next(8) == 0 ? Noise(random) : Plausible(random, unique);
        if (random.Next(3) == 0)
            Mutate(random, message);
        // An honest length most of the time: else every other session would be over with its first message.
        if (message.Length >= 4 && random.Next(300) != 0)
            BinaryPrimitives.WriteUInt32LittleEndian(message, (uint)message.Length);
        return message;
    }

    private static byte[] Noise(Random random)
    {
        var noise = new byte[40 + random.Next(400)];
        random.NextBytes(noise);
        noise.AsSpan(36, 2).Clear();
        if (random.Next(2) == 0)
            BinaryPrimitives.WriteUInt32LittleEndian(noise.AsSpan(4), (uint)random.Next(17, 60));
        return random.Next(200) == 0 ? noise[..random.Next(1, noise.Length)] : noise;
    }

    private static byte[] Plausible(Random random, ulong unique)
    {
        uint opcode = (uint)random.Next(1, 55);
        byte[] body = BodyOf(random, ref opcode);
        if (random.Next(10) == 0 && opcode != Message.Write)
            body = body[..random.Next(body.Length + 1)];
        ulong nodeid = random.Next(10) == 0 ? Pick(random) : (ulong)random.Next(0, 4);
        return Message.Bytes((uint)(40 + body.Length), opcode, unique, nodeid, new byte[16], body);
    }

    private static byte[] BodyOf(Random random, ref uint opcode)
    {
        switch (random.Next(9))
        {
            case 0:
                opcode = Message.Read;
                return Message.ReadAt(Pick(random), (uint)Pick(random));
            case 1:
            case 2:
                opcode = Message.Write;
                return Message.WriteAt(Pick(random), new byte[random.Next(3) * random.Next(6000)],
                    (uint)random.Next(8), (uint)random.Next());
            case 3:
                opcode = Message.Fallocate;
                return Message.AllocateAt(Pick(random) % 200_000, Pick(random), (uint)random.Next(32));
            case 4:
                opcode = Message.SetAttr;
                return Message.SetAttributes((uint)random.Next(0x1000), Pick(random), (uint)random.Next(), 0, 0,
                    Pick(random), (uint)Pick(random));
            case 5:
                opcode = Message.LSeek;
                return Message.SeekFrom(Pick(random), (uint)random.Next(6));
            case 6:
                opcode = Message.SetXattr;
                return Settings(random);
            default:
                var body = new byte[random.Next(120)];
                random.NextBytes(body);
                return body;
        }
    }

    private static byte[] Settings(Random random)
    {
        string name = random.Next(8) == 0 ? "security.capability" : SettingsAttribute.Name;
        string[] lines = new string[random.Next(6)];
        for (int line = 0; line < lines.Length; line++)
            lines[line] = SettingLines[random.Next(SettingLines.Length)];
        byte[] value = Encoding.UTF8.GetBytes(string.Join('\n', lines));
        if (random.Next(20) == 0)
            value = new byte[random.Next(20_000)];
        return Message.Attribute(name, value, random.Next(8) == 0 ? (uint)Pick(random) : null);
    }

    private static void Mutate(Random random, byte[] message)
    {
        int count = random.Next(1, 6);
        for (int flip = 0; flip < count && message.Length > 0; flip++)
        {
            int index = random.Next(message.Length);
            // The count of extensions and the size of a write are almost always lies when changed, which end the
            // session.
            if (index is not (36 or 37 or >= 56 and < 60) || random.Next(20) == 0)
                message[index] = (byte)random.Next(256);
        }
    }

    private static ulong Pick(Random random) => random.Next(2) == 0
        ? Edges[random.Next(Edges.Length)]
        : (ulong)random.NextInt64(0, 120_000);
}
