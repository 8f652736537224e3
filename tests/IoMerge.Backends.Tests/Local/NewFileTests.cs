using IoMerge.Backends.Local;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace IoMerge.Backends.Tests;

/// <summary>A file that was created survives a loss of power: size first, then the name.</summary>
public sealed class NewFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private FileBackendOptions Options => new() { Path = _directory["new"], CreateSize = 1 << 20 };

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Creation_SyncsTheFileAndThenItsDirectory()
    {
        ScriptedCalls calls = new();

        FileOpener.Open(Options, calls).Dispose();

        Assert.Equal([_directory["new"], _directory.Path], calls.FullSyncs);
    }

    [Fact]
    public void Creation_UnderANameWithoutADirectory_SyncsTheCurrentOne()
    {
        ScriptedCalls calls = new();
        string name = $"iomerge-new-{Guid.NewGuid():N}";

        try
        {
            FileOpener.Open(Options with { Path = name }, calls).Dispose();
        }
        finally
        {
            File.Delete(name);
        }

        Assert.Equal([Path.GetFullPath(name), Environment.CurrentDirectory], calls.FullSyncs);
    }

    [Fact]
    public void Opening_WhatExists_SyncsNothing()
    {
        File.WriteAllBytes(_directory["new"], new byte[1 << 20]);
        ScriptedCalls calls = new();

        FileOpener.Open(Options, calls).Dispose();

        Assert.Empty(calls.FullSyncs);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Creation_ThatCannotBeMadeDurable_IsRefusedAndLeavesNothing(bool directory)
    {
        ScriptedCalls calls = new()
        {
            FullSyncAnswer = (_, path) => (path == _directory.Path) == directory ? Errno.EIO : null,
        };

        var fault = Assert.Throws<BackendOpenException>(() => FileOpener.Open(Options, calls));

        Assert.Contains("EIO", fault.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_directory["new"]));
    }

    [Fact]
    public void Creation_WhereDirectoriesCannotBeSynced_Succeeds()
    {
        ScriptedCalls calls = new()
        {
            FullSyncAnswer = (_, path) => path == _directory.Path ? Errno.EINVAL : null,
        };

        FileOpener.Open(Options, calls).Dispose();

        Assert.True(File.Exists(_directory["new"]));
    }

    [Fact]
    public void Opening_InDirectMode_KeepsItsLockWhileAChildProcessIsBeingBorn()
    {
        // Between fork and exec a child has all descriptors of its parent, and with them the locks: like a copy here.
        SafeFileHandle? copy = null;
        ScriptedCalls calls = new()
        {
            FullSyncAnswer = (fd, _) =>
            {
                copy ??= new SafeFileHandle(LibC.dup(fd), ownsHandle: true);
                return null;
            },
        };

        using OpenFile file = FileOpener.Open(Options with { Direct = DirectMode.Required }, calls);

        Assert.NotNull(file.Direct);
        copy!.Dispose();
        Assert.Contains("in use", Assert.Throws<BackendOpenException>(
            () => FileOpener.Open(Options, calls)).Message, StringComparison.Ordinal);
    }
}
