using System.Runtime.InteropServices;

namespace IoMerge.Mount.Mounting.Native;

/// <summary>
/// A list of C strings with a null pointer at its end, as arguments and environments are. The memory lives until it is
/// disposed of, and no longer.
/// </summary>
internal sealed unsafe class NativeStrings : IDisposable
{
    private readonly int _count;

    public NativeStrings(IReadOnlyCollection<string> texts)
    {
        Pointer = (byte**)NativeMemory.AllocZeroed((nuint)texts.Count + 1, (nuint)sizeof(byte*));
        foreach (string text in texts)
            Pointer[_count++] = (byte*)Marshal.StringToCoTaskMemUTF8(text);
    }

    /// <summary>The first pointer.</summary>
    public byte** Pointer { get; private set; }

    public void Dispose()
    {
        if (Pointer is null)
            return;
        for (int i = 0; i < _count; i++)
            Marshal.FreeCoTaskMem((nint)Pointer[i]);
        NativeMemory.Free(Pointer);
        Pointer = null;
    }
}
