namespace IoMerge.Benchmark.Optimum;

/// <summary>A transfer as a piece of the line of offsets, ordered by its start.</summary>
internal readonly record struct Piece(long Start, long End, int Caller) : IComparable<Piece>
{
    public int CompareTo(Piece other)
    {
        int byStart = Start.CompareTo(other.Start);
        return byStart != 0 ? byStart : End.CompareTo(other.End);
    }
}
