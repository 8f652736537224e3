using System.Diagnostics;
using IoMerge.Mount.Configuration;
using IoMerge.Mount.Hosting;
using IoMerge.Scheduler;
using IoMerge.Testing;

namespace IoMerge.Mount.Tests.Commands;

/// <summary>The program as a person meets it: started as a process, judged by output and exit code.</summary>
public sealed class ProgramTests
{
    [Fact]
    public void Help_NamesCommandsExamplesAndExitCodes()
    {
        (int code, string output, _) = Run("--help");

        Assert.Equal(ExitCode.Success, code);
        string[] words =
            ["mount", "unmount", "set", "check", "policies", "completion", "Exit codes:", "oflag=direct", "  32 "];
        Assert.All(words, word => Assert.Contains(word, output, StringComparison.Ordinal));
    }

    [Fact]
    public void Version_HasTheCommit_WhereThereIsGit()
    {
        (int code, string output, _) = Run("--version");

        Assert.Equal(ExitCode.Success, code);
        Assert.Matches(Path.Exists(RepositoryRoot.Combine(".git"))
            ? @"^\d+\.\d+\.\d+\+[0-9a-f]{12}\s*$" : @"^\d+\.\d+\.\d+\s*$", output);
        Assert.Equal(ProgramInfo.Version, output.Trim());
    }

    [Fact]
    public void Check_OfAGoodConfiguration_PrintsOrigins()
    {
        (int code, string output, _) = Run("check", "--policy", "Scan", "--volume", "v=memory:1MiB");

        Assert.Equal(ExitCode.Success, code);
        Assert.Matches("Scheduler:Policy = Scan +# --policy", output);
        Assert.Matches("Volumes:v:Backend:Growable = false +# default", output);
    }

    [Fact]
    public void Check_OfABadConfiguration_NamesAllFaultsAndEndsWithTwo()
    {
        (int code, _, string error) = Run("check", "-s", "Scheduler:Depht=1", "-s", "Fuse:Readers=-1", "-v", "x");

        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("3 faults", error, StringComparison.Ordinal);
        Assert.Contains("did you mean Depth?", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mout")]
    [InlineData("mount", "--polcy")]
    [InlineData("mount", "/tmp", "--log-file", "x")]
    [InlineData("mount")]
    [InlineData("completion", "tcsh")]
    [InlineData("set")]
    [InlineData("set", "/tmp")]
    [InlineData("set", "--lazy", "/tmp", "Depth=8")]
    [InlineData("memory:1MiB", "/tmp", "-o", "polcy=x")]
    public void CommandLine_Wrong_EndsWithTwo(params string[] arguments)
    {
        (int code, _, string error) = Run(arguments);

        Assert.Equal(ExitCode.Usage, code);
        Assert.NotEmpty(error);
    }

    [Fact]
    public void Set_WithWrongSettings_NamesAllFaultsAndEndsWithTwo()
    {
        (int code, _, string error) = Run("set", "/tmp", "Depht=8", "Depth=0", "QueueMaxBytes=1GiB", "Policy");

        Assert.Equal(ExitCode.Usage, code);
        string[] parts =
        [
            "4 faults", "did you mean Depth?", "a whole number from 1 to 1024", "cannot be changed while mounted",
            "must be KEY=VALUE",
        ];
        Assert.All(parts, part => Assert.Contains(part, error, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/tmp")]
    [InlineData("/proc/version")]
    [InlineData("/nonexistent/disk")]
    public void Set_OfWhatIsNoVolume_EndsWithTwoAndItsName(string path)
    {
        (int code, _, string error) = Run("set", path, "Depth=8");

        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains($"{path} is neither a mount point", error, StringComparison.Ordinal);
    }

    [Fact]
    public void SetHelp_ListsWhatCanBeChanged()
    {
        (int code, string output, _) = Run("set", "--help");

        Assert.Equal(ExitCode.Success, code);
        Assert.All(LiveKnobs.Names, name => Assert.Contains($"\n  {name}\n", output, StringComparison.Ordinal));
        Assert.DoesNotContain("QueueMaxBytes", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mount", "/nonexistent/mountpoint")]
    [InlineData("mount", "/etc/passwd")]
    [InlineData("mount", "/etc")]
    [InlineData("unmount", "/tmp")]
    [InlineData("unmount", "/proc")]
    public void MountPoint_Unusable_EndsWithThirtyTwoAndItsName(string command, string path)
    {
        (int code, _, string error) = Run(command, path);

        Assert.Equal(ExitCode.Mount, code);
        Assert.Contains(path, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Store_Missing_EndsWithOneAndItsName()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("iomerge-test-");
        try
        {
            (int code, _, string error) = Run("mount", folder.FullName, "-v", "v=file:/nonexistent/disk.img");

            Assert.Equal(ExitCode.Failure, code);
            Assert.Contains("/nonexistent/disk.img", error, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete();
        }
    }

    [Fact]
    public void Policies_AreListedWithKnobsUnitsAndDefaults()
    {
        (int code, string output, _) = Run("policies");

        Assert.Equal(ExitCode.Success, code);
        Assert.All(DispatchPolicyFactory.Names, name => Assert.Contains(name, output, StringComparison.Ordinal));
        Assert.Matches("Deadline:WriteExpireMs +5000 +ms", output);
        Assert.Matches(@"Merge:MaxBytes +1MiB +bytes", output);
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public void Completion_OfEachShell_AsksTheProgram(string shell)
    {
        (int code, string output, _) = Run("completion", shell);

        Assert.Equal(ExitCode.Success, code);
        Assert.Contains("[suggest:", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Suggestions_ForPolicies_AreTheirNames()
    {
        const string Line = "iomerge mount /mnt --policy ";

        (_, string output, _) = Run($"[suggest:{Line.Length}]", Line);

        Assert.All(DispatchPolicyFactory.Names, name => Assert.Contains(name, output, StringComparison.Ordinal));
    }

    [Fact]
    public void Suggestions_ForSettings_AreTheirKeys()
    {
        const string Line = "iomerge set /mnt/disk ";

        (_, string output, _) = Run($"[suggest:{Line.Length}]", Line);

        Assert.All(LiveKnobs.Names, name => Assert.Contains(name + "=", output, StringComparison.Ordinal));
    }

    private static (int Code, string Output, string Error) Run(params string[] arguments)
    {
        string? own = Environment.ProcessPath;
        bool isHost = own is not null && own.EndsWith("dotnet", StringComparison.Ordinal);
        var start = new ProcessStartInfo(isHost ? own! : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "iomerge.dll"));
        Array.ForEach(arguments, start.ArgumentList.Add);
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.GetAwaiter().GetResult());
    }
}
