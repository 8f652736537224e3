using System.Runtime.InteropServices;

namespace IoMerge.Backends;

/// <summary>
/// The pattern that pooled memory is filled with while it holds nobody's data, so that bytes which reach a caller or a
/// store without having been put there are seen. On in debug builds; elsewhere the runtime switch
/// <c>IoMerge.PoisonMemory</c> turns it on, or off here. It is decided once for the process.
/// </summary>
/// <remarks>Any thread. Filling costs as much as a copy; where it is off, it costs nothing.</remarks>
public static unsafe class MemoryPoison
{
    /// <summary>The name of the runtime switch.</summary>
    public const string Switch = "IoMerge.PoisonMemory";

    /// <summary>What memory is filled with. A long row of it is no chance.</summary>
    public const byte Pattern = 0xDB;

#if DEBUG
    private const bool IsOnByDefault = true;
#else
    private const bool IsOnByDefault = false;
#endif

    /// <summary>Whether memory is filled in this process.</summary>
    public static bool IsOn { get; } = AppContext.TryGetSwitch(Switch, out bool isOn) ? isOn : IsOnByDefault;

    /// <summary>Fills memory that nobody uses, when <see cref="IsOn"/>.</summary>
    /// <param name="address">First byte of memory that belongs to the caller.</param>
    /// <param name="length">Bytes, 0 or more.</param>
    public static void Fill(nint address, long length)
    {
        if (IsOn)
            NativeMemory.Fill((void*)address, (nuint)length, Pattern);
    }
}
