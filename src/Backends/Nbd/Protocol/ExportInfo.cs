using System.Numerics;

namespace IoMerge.Backends.Nbd;

/// <summary>What server and client agreed on: the export as it is used on one connection.</summary>
internal sealed record ExportInfo
{
    /// <summary>No server takes more in one command unless it says so.</summary>
    internal const uint UsualMaximum = 32 << 20;

    private const uint LargestBlock = 64 << 10;

    /// <summary>Size in bytes, whole blocks.</summary>
    internal required long Size { get; init; }

    internal required ExportFlags Flags { get; init; }

    /// <summary>Smallest unit of every offset and length, in bytes; a power of two.</summary>
    internal required uint MinimumBlock { get; init; }

    /// <summary>From this size on the server does no work of its own around a request; a power of two.</summary>
    internal required uint PreferredBlock { get; init; }

    /// <summary>Most bytes of a read or write.</summary>
    internal required uint MaximumBlock { get; init; }

    /// <summary>True when replies come in chunks.</summary>
    internal required bool IsStructured { get; init; }

    /// <summary>Number of the context <c>base:allocation</c>; null when there is none.</summary>
    internal required uint? AllocationContext { get; init; }

    internal bool Has(ExportFlags flag) => (Flags & flag) != 0;

    /// <summary>Makes one of untrusted numbers.</summary>
    /// <exception cref="NbdProtocolException">They contradict the specification, or themselves.</exception>
    internal static ExportInfo Create(
        ulong size, ushort flags, (uint Minimum, uint Preferred, uint Maximum)? blocks, bool isStructured,
        uint? context)
    {
        if (size > long.MaxValue - (1 << 20))
            throw new NbdProtocolException($"it says that the export has {size} bytes");
        if ((flags & (ushort)ExportFlags.HasFlags) == 0)
            throw new NbdProtocolException("it sends export flags without HAS_FLAGS");
        (uint minimum, uint preferred, uint maximum) = blocks ?? (1, 4096, UsualMaximum);
        if (!BitOperations.IsPow2(minimum) || minimum > LargestBlock)
            throw new NbdProtocolException($"it demands blocks of {minimum} bytes");
        if (!BitOperations.IsPow2(preferred) || preferred < minimum)
            throw new NbdProtocolException($"it prefers blocks of {preferred} bytes");
        // The maximum need not be a multiple of anything but the minimum, and may be "any".
        uint most = Math.Min(maximum, 1u << 30) & ~(minimum - 1);
        if (most < minimum || maximum < minimum)
            throw new NbdProtocolException($"it takes at most {maximum} bytes, and at least {minimum}");
        return new ExportInfo
        {
            Size = (long)size & -(long)minimum,
            Flags = (ExportFlags)flags,
            MinimumBlock = minimum,
            PreferredBlock = preferred,
            MaximumBlock = most,
            IsStructured = isStructured,
            AllocationContext = context,
        };
    }

    /// <summary>
    /// Why what was opened as <paramref name="first"/> cannot go on as this; null when it can. A larger size is none.
    /// </summary>
    internal string? FindConflict(ExportInfo first, bool readOnly)
    {
        // Not CACHE: a server that no longer knows it refuses the command, and that concerns nobody.
        const ExportFlags Needed = ExportFlags.SendFlush | ExportFlags.SendFua | ExportFlags.SendTrim
            | ExportFlags.SendWriteZeroes | ExportFlags.SendFastZero;
        if (Size < first.Size)
            return $"it has {Size} bytes, it had {first.Size}";
        if (MinimumBlock != first.MinimumBlock || MaximumBlock < first.MaximumBlock)
            return $"its blocks are {MinimumBlock} to {MaximumBlock} bytes, they were {first.MinimumBlock} to "
                + $"{first.MaximumBlock}";
        if (Has(ExportFlags.ReadOnly) && !readOnly)
            return "it is read-only now";
        if (!readOnly && (first.Flags & Needed & ~Flags) is var gone and not ExportFlags.None)
            return $"it can no longer {gone}";
        return AllocationContext is null && first.AllocationContext is not null
            ? "it no longer says what is allocated" : null;
    }
}
