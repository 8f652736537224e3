using System.Text;

namespace IoMerge.Traces.Text;

/// <summary>
/// Reads lines of text in bounded memory: a line that is too long ends the reading, instead of filling the memory with
/// a file that is no text. Not thread-safe.
/// </summary>
internal sealed class BoundedLineReader(Stream stream, string name) : IDisposable
{
    /// <summary>Longest line, in characters.</summary>
    public const int MaxLength = 16 << 10;

    private readonly StreamReader _reader = new(stream, Encoding.UTF8);
    private readonly char[] _buffer = new char[4 * MaxLength];
    private int _start;
    private int _end;

    /// <summary>Number of the line read last, from 1.</summary>
    public long LineNumber { get; private set; }

    /// <summary>Takes the next line, without its end.</summary>
    /// <param name="line">Valid until the next call.</param>
    /// <returns>False at the end of the file.</returns>
    /// <exception cref="TraceFormatException">The line is too long.</exception>
    public bool TryRead(out ReadOnlySpan<char> line)
    {
        int length = FindEnd();
        bool hasBreak = length >= 0;
        if (!hasBreak)
            length = _end - _start;
        line = _buffer.AsSpan(_start, length);
        if (length == 0 && !hasBreak)
            return false;
        LineNumber++;
        if (length > MaxLength)
            throw new TraceFormatException(
                name, $"line {LineNumber}", $"the line is longer than {MaxLength} characters");
        _start += length + (hasBreak ? 1 : 0);
        line = line.TrimEnd('\r');
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    /// <summary>Characters up to the next line break; -1 when there is none, or none within the bound.</summary>
    private int FindEnd()
    {
        while (true)
        {
            int length = _buffer.AsSpan(_start, _end - _start).IndexOf('\n');
            if (length >= 0 || _end - _start > MaxLength)
                return length;
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
            int got = _reader.Read(_buffer.AsSpan(_end));
            if (got == 0)
                return -1;
            _end += got;
        }
    }
}
