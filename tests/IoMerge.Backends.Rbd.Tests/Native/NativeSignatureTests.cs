using System.Reflection;
using System.Runtime.InteropServices;
using IoMerge.Backends.Rbd.Native;
using IoMerge.Testing.Processes;

namespace IoMerge.Backends.Rbd.Tests;

/// <summary>
/// Every function of Ceph's libraries that is declared takes and returns what the libraries' headers say. Numbers and
/// layouts are compared with those of the other headers.
/// </summary>
public sealed class NativeSignatureTests
{
    [Fact]
    public void Functions_OfCeph_AreThoseOfTheHeaders()
    {
        MethodInfo[] functions = [.. new[] { typeof(RbdCalls), typeof(RadosCalls) }
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.NonPublic))
            .Where(method => method.IsDefined(typeof(LibraryImportAttribute)))];
        Assert.True(functions.Length >= 27, $"the search for functions finds only {functions.Length}: it is broken");
        using TemporaryFolder folder = new();
        // An assignment does not compile where a declaration here is not the library's.
        File.WriteAllText(folder.File("signatures.c"), $"""
            #include <rbd/librbd.h>
            #include <sys/uio.h>
            _Static_assert(sizeof(rbd_lock_mode_t) == sizeof(int), "an enumeration is passed as a number");
            {string.Join('\n', functions.Select(Assignment))}
            """);

        Shell.Run($"gcc -fsyntax-only -Werror '{folder.File("signatures.c")}'");
    }

    private static string Assignment(MethodInfo function)
    {
        string result = function.ReturnType == typeof(nint) ? "ssize_t" : InC(function.ReturnType);
        return $"{result} (*{function.Name}_)({List(function.GetParameters().Select(InC))}) = {function.Name};";
    }

    private static string InC(ParameterInfo parameter) =>
        parameter is { Name: "mode", Member.Name: nameof(RbdCalls.rbd_lock_acquire) }
            ? "rbd_lock_mode_t" : InC(parameter.ParameterType);

    // Ceph's handles are all void *.
    private static unsafe string InC(Type type) => type switch
    {
        _ when type == typeof(void) => "void",
        _ when type == typeof(int) => "int",
        _ when type == typeof(ulong) => "uint64_t",
        _ when type == typeof(nuint) => "size_t",
        _ when type == typeof(nint) => "void *",
        _ when type == typeof(string) => "const char *",
        _ when type == typeof(byte*) => "char *",
        _ when type == typeof(IoSegment*) => "const struct iovec *",
        _ when type == typeof(RbdImageInfo*) => "rbd_image_info_t *",
        { IsByRef: true } or { IsPointer: true } => $"{InC(type.GetElementType()!)} *",
        { IsFunctionPointer: true } => $"{InC(type.GetFunctionPointerReturnType())} "
            + $"(*)({List(type.GetFunctionPointerParameterTypes().Select(InC))})",
        _ => throw new ArgumentException($"What is {type} in C?"),
    };

    private static string List(IEnumerable<string> types) => string.Join(", ", types);
}
