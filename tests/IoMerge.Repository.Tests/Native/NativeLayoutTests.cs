using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace IoMerge.Repository.Tests;

/// <summary>
/// Every structure that the program shares with the kernel or with a C library has the size, and its members have the
/// places and sizes, that the C compiler gives the one in the header. Those of FUSE are compared in LayoutTests.
/// </summary>
public sealed partial class NativeLayoutTests
{
    private const string Fuse = "fuse_";

    /// <summary>
    /// Our structure, the header's, and the members that have other names there. A structure is named once more for
    /// each name that a place with many names has. One that is only the beginning of the header's ends in "...".
    /// </summary>
    private static readonly (string Ours, string Theirs, string Renamed)[] s_pairs =
    [
        ("IoSegment", "struct iovec", "Address=iov_base Length=iov_len"),
        ("MessageHeader", "struct msghdr", ""),
        ("StatFs", "struct statfs", ""),
        ("Statx", "struct statx", ""),
        ("TimeSpec", "struct timespec", "Seconds=tv_sec Nanoseconds=tv_nsec"),
        ("TimerSpec", "struct itimerspec", "Interval=it_interval Value=it_value"),
        ("Timespec", "struct timespec", "Seconds=tv_sec Nanoseconds=tv_nsec"),
        ("AccountEntry", "struct passwd ...", "name=pw_name password=pw_passwd Id=pw_uid"),
        ("AccountEntry", "struct group ...", "name=gr_name password=gr_passwd Id=gr_gid"),
        ("IoUringSqe", "struct io_uring_sqe", "op_flags=rw_flags"),
        ("IoUringSqe", "struct io_uring_sqe", "op_flags=fsync_flags"),
        ("IoUringSqe", "struct io_uring_sqe", "op_flags=poll32_events"),
        ("IoUringCqe", "struct io_uring_cqe", ""),
        ("IoUringParams", "struct io_uring_params", ""),
        ("IoSqringOffsets", "struct io_sqring_offsets", ""),
        ("IoCqringOffsets", "struct io_cqring_offsets", ""),
        ("IoUringProbe", "struct io_uring_probe", ""),
        ("IoUringProbeOp", "struct io_uring_probe_op", ""),
        ("RbdImageInfo", "rbd_image_info_t", ""),
    ];

    /// <summary>Members that older headers lack, by the macro that came with them.</summary>
    private static readonly Dictionary<string, string> s_younger = new()
        { ["stx_dio_mem_align"] = "STATX_DIOALIGN", ["stx_dio_offset_align"] = "STATX_DIOALIGN" };

    private static readonly Type[] s_shared = [.. Shared().Distinct()];

    [Fact]
    public void Structures_SharedWithC_AreAllCompared() => Assert.Equal(
        s_shared.Select(type => type.Name).Order(StringComparer.Ordinal),
        s_pairs.Select(pair => pair.Ours).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void Structures_SharedWithC_HaveTheLayoutOfTheHeaders()
    {
        (string Subject, string Question, string Ours)[] facts = [.. s_pairs.SelectMany(pair => Facts(
            s_shared.Single(type => type.Name == pair.Ours), pair.Theirs, pair.Renamed))];

        string[] answers = CHeaders.Ask([.. facts.Select(fact => fact.Question)]);

        Findings.AssertNone(facts.Zip(answers)
            .Where(pair => pair.Second != "absent" && pair.Second != pair.First.Ours)
            .Select(pair => $"{pair.First.Subject}: ours {pair.First.Ours}, the header's {pair.Second}"));
    }

    private static IEnumerable<(string Subject, string Question, string Ours)> Facts(
        Type type, string theirs, string renamed)
    {
        string structure = theirs.Replace(" ...", "", StringComparison.Ordinal);
        if (structure == theirs)
            yield return (structure, $"printf(\"%zu\\n\", sizeof({structure}));", $"{Marshal.SizeOf(type)}");
        foreach (FieldInfo field in Fields(type))
        {
            string member = Regex.Match(renamed, $@"\b{Plain(field)}=(\w+)") is { Success: true } match
                ? match.Groups[1].Value : Plain(field);
            string question = $"printf(\"at %zu, %zu bytes\\n\", offsetof({structure}, {member}), "
                + $"sizeof((({structure} *)0)->{member}));";
            if (s_younger.TryGetValue(member, out string? macro))
                question = $"#ifdef {macro}\n{question}\n#else\nputs(\"absent\");\n#endif";
            yield return ($"{structure}, {member}", question,
                $"at {Marshal.OffsetOf(type, field.Name)}, {Size(field.FieldType)} bytes");
        }
    }

    // What a native function takes, what stands beside such functions, what is written as in C, and what these hold.
    private static IEnumerable<Type> Shared() => Assemblies()
        .SelectMany(assembly => assembly.GetTypes())
        .SelectMany(type => Passed(type).Concat(Beside(type)).Concat(IsWrittenAsInC(type) ? [type] : []))
        .Where(type => IsOurs(type) && !type.Name.StartsWith(Fuse, StringComparison.Ordinal))
        .SelectMany(Held);

    private static IEnumerable<Type> Passed(Type type) => Functions(type)
        .SelectMany(function => function.GetParameters().Select(parameter => parameter.ParameterType)
            .Append(function.ReturnType))
        .Select(Bare);

    private static IEnumerable<Type> Beside(Type type) => Functions(type).Length == 0 ? []
        : type.GetNestedTypes(BindingFlags.Public | BindingFlags.NonPublic).Where(nested => !nested.Name.Contains('<'));

    private static bool IsWrittenAsInC(Type type) => !type.Name.Contains('<')
        && Fields(type).Any(field => !field.IsPrivate && char.IsAsciiLetterLower(field.Name[0]));

    private static MethodInfo[] Functions(Type type) =>
        [.. type.GetMethods(
                BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            .Where(method => method.Attributes.HasFlag(MethodAttributes.PinvokeImpl))];

    private static Type Bare(Type type) => type.IsByRef || type.IsPointer ? Bare(type.GetElementType()!) : type;

    private static bool IsOurs(Type type) => type is { IsValueType: true, IsEnum: false, IsPrimitive: false }
        && type.Assembly.GetName().Name!.StartsWith("iomerge", StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<Type> Held(Type type) =>
        [type, .. Fields(type).Select(field => field.FieldType).Where(IsOurs).Where(IsNoBuffer).SelectMany(Held)];

    private static bool IsNoBuffer(Type type) => !type.Name.Contains("FixedBuffer", StringComparison.Ordinal);

    private static FieldInfo[] Fields(Type type) =>
        type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);

    private static string Plain(FieldInfo field) => PlainName().Match(field.Name).Groups[1].Value;

    private static int Size(Type type) => type.IsPointer ? IntPtr.Size : Marshal.SizeOf(type);

    private static IEnumerable<Assembly> Assemblies()
    {
        DirectoryInfo framework = new(AppContext.BaseDirectory.TrimEnd('/'));
        string program = RepositoryRoot.Combine(
            "src", "Mount", "bin", framework.Parent!.Name, framework.Name, "iomerge.dll");
        return Directory.GetFiles(framework.FullName, "IoMerge.*.dll")
            .Where(file => !Path.GetFileName(file).Contains("Test", StringComparison.Ordinal))
            .Append(program).Select(Assembly.LoadFrom);
    }

    // "_x", and what the compiler makes of a record's "X": "<X>k__BackingField".
    [GeneratedRegex(@"^[<_]?(\w+?)(?:>.*)?$")]
    private static partial Regex PlainName();
}
