using System.Buffers.Binary;
using System.IO.Compression;

namespace IoMerge.Benchmark.Tests.Html;

/// <summary>The pixels of a PNG file of the kind that a browser writes: 8 bits a channel, not interlaced.</summary>
internal sealed record PngPicture(int Width, int Height, int Channels, byte[] Pixels)
{
    /// <summary>Reads a file.</summary>
    public static PngPicture Read(string path)
    {
        ReadOnlySpan<byte> file = File.ReadAllBytes(path);
        int width = BinaryPrimitives.ReadInt32BigEndian(file[16..]);
        int height = BinaryPrimitives.ReadInt32BigEndian(file[20..]);
        int channels = file[25] == 6 ? 4 : 3;
        Assert.Equal((8, 0), (file[24], file[28]));
        using var packed = new MemoryStream();
        for (int at = 8; at < file.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file[at..]);
            if (file.Slice(at + 4, 4).SequenceEqual("IDAT"u8))
                packed.Write(file.Slice(at + 8, length));
            at += length + 12;
        }
        packed.Position = 0;
        using var unpacked = new ZLibStream(packed, CompressionMode.Decompress);
        var pixels = new byte[width * height * channels];
        var filter = new byte[1];
        for (int row = 0; row < height; row++)
        {
            unpacked.ReadExactly(filter);
            unpacked.ReadExactly(pixels, row * width * channels, width * channels);
            Unfilter(pixels, row, width * channels, channels, filter[0]);
        }
        return new PngPicture(width, height, channels, pixels);
    }

    /// <summary>How many of the twelve parts of the colour circle fill at least a thousandth of the picture.</summary>
    public int Hues()
    {
        var counts = new int[12];
        for (int at = 0; at < Pixels.Length; at += Channels)
        {
            (int red, int green, int blue) = (Pixels[at], Pixels[at + 1], Pixels[at + 2]);
            double angle = Math.Atan2(Math.Sqrt(3) * (green - blue), 2 * red - green - blue);
            bool isGrey = Math.Max(red, Math.Max(green, blue)) - Math.Min(red, Math.Min(green, blue)) < 40;
            if (!isGrey)
                counts[(int)((angle + Math.PI) / (2 * Math.PI) * 11.999)]++;
        }
        return counts.Count(count => count > Width * Height / 1000);
    }

    // The five filters of the PNG specification, section 9.
    private static void Unfilter(byte[] pixels, int row, int stride, int channels, byte filter)
    {
        int start = row * stride;
        for (int i = 0; i < stride; i++)
        {
            int left = i >= channels ? pixels[start + i - channels] : 0;
            int above = row > 0 ? pixels[start + i - stride] : 0;
            int corner = i >= channels && row > 0 ? pixels[start + i - stride - channels] : 0;
            pixels[start + i] += (byte)(filter switch
            {
                1 => left,
                2 => above,
                3 => (left + above) / 2,
                4 => Paeth(left, above, corner),
                _ => 0,
            });
        }
    }

    private static int Paeth(int left, int above, int corner)
    {
        int guess = left + above - corner;
        (int toLeft, int toAbove, int toCorner) =
            (Math.Abs(guess - left), Math.Abs(guess - above), Math.Abs(guess - corner));
        return toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner;
    }
}
