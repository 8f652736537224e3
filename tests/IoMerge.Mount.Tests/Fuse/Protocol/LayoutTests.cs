using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using IoMerge.Mount.Fuse.Protocol;

namespace IoMerge.Mount.Tests.Fuse.Protocol;

/// <summary>Sizes, offsets and numbers against what a C compiler makes of the kernel's own header.</summary>
public sealed class LayoutTests
{
    /// <summary>Enumerators that headers before this minor version lack.</summary>
    private static readonly Dictionary<string, int> NewerThanAnyHeader = new()
    {
        ["FUSE_TMPFILE"] = 37, ["FUSE_STATX"] = 39, ["FUSE_COPY_FILE_RANGE_64"] = 45, ["FUSE_SYNCFS"] = 34,
    };

    /// <summary>Fields that older headers have under another name.</summary>
    private static readonly string[] Renamed = ["backing_id"];

    [Fact]
    public void Structures_ComparedWithKernelHeader_HaveSameLayout()
    {
        List<Type> structs = [.. typeof(fuse_in_header).Assembly.GetTypes()
            .Where(type => type is { IsValueType: true, IsEnum: false } && type.Name.StartsWith("fuse_",
                StringComparison.Ordinal))];
        Assert.True(structs.Count > 20);
        var source = new StringBuilder();
        var expected = new List<string>();
        foreach (Type type in structs)
        {
            string name = $"struct {type.Name}";
            expected.Add($"{name} {SizeOf(type)}");
            source.AppendLine(CultureInfo.InvariantCulture, $"printf(\"{name} %zu\\n\", sizeof({name}));");
            foreach (FieldInfo field in type.GetFields().Where(field => !Renamed.Contains(field.Name)))
            {
                expected.Add($"{name}.{field.Name} {Marshal.OffsetOf(type, field.Name)}");
                source.AppendLine(CultureInfo.InvariantCulture,
                    $"printf(\"{name}.{field.Name} %zu\\n\", offsetof({name}, {field.Name}));");
            }
        }
        Assert.Equal(expected, Run(source.ToString()));
    }

    [Fact]
    public void Numbers_ComparedWithKernelHeader_AreTheSame()
    {
        var source = new StringBuilder();
        var known = new Dictionary<string, string>();
        foreach (FuseOpcode opcode in Enum.GetValues<FuseOpcode>())
        {
            known[opcode.ToString()] = ((uint)opcode).ToString(CultureInfo.InvariantCulture);
            int minor = NewerThanAnyHeader.GetValueOrDefault(opcode.ToString());
            Print(source, opcode.ToString(), $"FUSE_KERNEL_MINOR_VERSION >= {minor}");
        }
        foreach (FuseInitFlags flag in Enum.GetValues<FuseInitFlags>().Where(flag => flag != FuseInitFlags.None))
        {
            known[flag.ToString()] = ((ulong)flag).ToString(CultureInfo.InvariantCulture);
            Print(source, flag.ToString(), $"defined({flag})");
        }
        // "Bytes" and "Version" constants are of this program's making.
        foreach (FieldInfo field in typeof(FuseConstants).GetFields().Where(field => field.Name.Contains('_')
            && field.Name is not ("FUSE_KERNEL_MINOR_VERSION" or "FUSE_DEFAULT_MAX_PAGES_PER_REQ")
            && !field.Name.StartsWith("DT_", StringComparison.Ordinal)))
        {
            known[field.Name] = Convert.ToUInt64(field.GetRawConstantValue(), CultureInfo.InvariantCulture)
                .ToString(CultureInfo.InvariantCulture);
            Print(source, field.Name, $"defined({field.Name})");
        }
        List<string> lines = Run(source.ToString());
        Assert.True(lines.Count > 90, $"only {lines.Count} numbers are in the header");
        Assert.All(lines, line => Assert.Equal($"{line.Split(' ')[0]} {known[line.Split(' ')[0]]}", line));
    }

    private static void Print(StringBuilder source, string name, string condition) =>
        source.AppendLine(CultureInfo.InvariantCulture,
            $"#if {condition}\nprintf(\"{name} %llu\\n\", (unsigned long long)({name}));\n#endif");

    private static int SizeOf(Type type) => (int)typeof(LayoutTests)
        .GetMethod(nameof(UnmanagedSize), BindingFlags.NonPublic | BindingFlags.Static)!
        .MakeGenericMethod(type).Invoke(null, null)!;

    private static unsafe int UnmanagedSize<T>() where T : unmanaged => sizeof(T);

    private static List<string> Run(string body)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/gcc") && File.Exists("/usr/include/linux/fuse.h"),
            "gcc and linux/fuse.h are needed to compare with the kernel's header");
        string folder = Directory.CreateTempSubdirectory("iomerge-layout-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "layout.c"),
                $"#define _GNU_SOURCE\n#include <linux/fuse.h>\n#include <fcntl.h>\n#include <linux/falloc.h>\n"
                + "#include <stddef.h>\n#include <stdio.h>\n#include <sys/ioctl.h>\n"
                + "#include <sys/stat.h>\n#include <unistd.h>\n"
                + $"int main(void) {{\n{body}\nreturn 0; }}\n");
            Execute("/usr/bin/gcc", folder, "-o", "layout", "layout.c");
            return [.. Execute(Path.Combine(folder, "layout"), folder).Split('\n',
                StringSplitOptions.RemoveEmptyEntries)];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Execute(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.Result);
        return output;
    }
}
