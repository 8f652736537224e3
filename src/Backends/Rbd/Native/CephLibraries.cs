using System.Reflection;
using System.Runtime.InteropServices;

namespace IoMerge.Backends.Rbd.Native;

/// <summary>
/// Finds Ceph's libraries when the first volume wants them; a machine without them can do everything else.
/// </summary>
internal static class CephLibraries
{
    internal const string Rbd = "librbd";
    internal const string Rados = "librados";

    /// <summary>The names with the versions of the binary interface that the declarations are for.</summary>
    private const string RbdFile = "librbd.so.1";
    private const string RadosFile = "librados.so.2";

    /// <summary>The youngest function that is used: with it, all of them are there.</summary>
    private const string YoungestFunction = "rbd_aio_write_zeroes";

    private static readonly Lazy<string?> s_whyNot = new(() =>
    {
        NativeLibrary.SetDllImportResolver(typeof(CephLibraries).Assembly, Resolve);
        return WhyNot(NativeLibrary.TryLoad, NativeLibrary.TryGetExport);
    });

    internal delegate bool Loader(string file, out nint library);

    internal delegate bool Finder(nint library, string function, out nint address);

    /// <summary>Loads the libraries, once.</summary>
    /// <exception cref="BackendOpenException">They are missing or too old.</exception>
    internal static void Require(string subject)
    {
        if (s_whyNot.Value is { } reason)
            throw new BackendOpenException($"{subject}: {reason}");
    }

    /// <summary>What is missing and how to get it; null when nothing is.</summary>
    internal static string? WhyNot(Loader load, Finder find)
    {
        foreach (string file in new[] { RadosFile, RbdFile })
        {
            if (!load(file, out _))
            {
                return $"Ceph's client library {file} is not installed. Install librbd1 (Debian, Ubuntu: sudo apt "
                    + "install librbd1; Fedora, openSUSE: librbd1).";
            }
        }
        return load(RbdFile, out nint rbd) && find(rbd, YoungestFunction, out _) ? null
            : $"Ceph's client library {RbdFile} is too old: it has no {YoungestFunction}. Install librbd1 of Ceph 16 "
                + "(Pacific) or later.";
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) => name switch
    {
        Rbd => NativeLibrary.Load(RbdFile),
        Rados => NativeLibrary.Load(RadosFile),
        _ => 0,
    };
}
