using IoMerge.Backends;
using IoMerge.Backends.Tests;
using IoMerge.Mount.Fuse.Transport;
using IoMerge.Mount.Tests.Fuse.Support;
using IoMerge.Rings;
using IoMerge.Testing.Processes;

namespace IoMerge.Mount.Tests.Fuse.Transport;

/// <summary>Whatever the kernel of its ring does, a batch hands in each reply once, whole.</summary>
public sealed class ReplyBatchTests : IDisposable
{
    private const int Many = 64;
    private readonly LyingReplies _replies = new();

    public static TheoryData<int> EnterErrors =>
        [Errno.EINTR.Value, Errno.EAGAIN.Value, Errno.EBUSY.Value, Errno.ENOMEM.Value, Errno.EBADF.Value];

    public static TheoryData<int> PassingErrors =>
        [Errno.EINTR.Value, Errno.EAGAIN.Value, Errno.ECANCELED.Value];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(Many)]
    [InlineData(3 * Many)]
    public void Replies_OfARingThatWorks_GoOutTogetherAndInOrder(int count)
    {
        _replies.Answer(count);
        // One alone takes a plain call.
        Assert.Equal(count == 1 ? 0 : (count + Many - 1) / Many, _replies.Kernel.Submissions.Count);
        for (int number = 0; number < count; number++)
            Assert.Equal((ulong)number, _replies.Other.Receive().Unique);
        Assert.False(_replies.Other.HasReply());
    }

    [Fact]
    public void AThreadThatHasNone_OpensOne_WhichEndsWithIt()
    {
        LyingKernel kernel = _replies.Kernel;
        OnAThread(() =>
        {
            Assert.Null(ReplyBatch.Current);
            ReplyBatch? first = ReplyBatch.OfThisThread(kernel);
            Assert.NotNull(first);
            Assert.Same(first, ReplyBatch.OfThisThread(kernel));
            Assert.Same(first, ReplyBatch.Current);
        });

        // What a thread has for itself is collected once it has ended.
        Until.True(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return kernel.Open == 0;
            },
            () => "The ring of a thread that has ended is still there.");
    }

    [Fact]
    public void AThreadWhoseKernelRefuses_AsksOnce()
    {
        using LyingKernel refusing = new(_ => 0);
        refusing.SetupErrors.Enqueue(Errno.EPERM);
        OnAThread(() =>
        {
            Assert.Null(ReplyBatch.OfThisThread(refusing));
            // It would give one now.
            Assert.Empty(refusing.SetupErrors);
            Assert.Null(ReplyBatch.OfThisThread(refusing));
        });
        Assert.Equal(0, refusing.Open);
    }

    [Theory]
    [MemberData(nameof(EnterErrors))]
    public void Enter_ThatFails_LosesNoReplyAndRepeatsNone(int error)
    {
        _replies.Kernel.FailToEnter(error == Errno.EINTR.Value ? 7 : int.MaxValue, new Errno(error));
        _replies.Answer(Many);
        _replies.AssertEachOnce(Many);
    }

    [Theory]
    [MemberData(nameof(EnterErrors))]
    public void Enter_ThatTakesAFewAndThenFails_LosesNoReplyAndRepeatsNone(int error)
    {
        LyingKernel kernel = _replies.Kernel;
        kernel.MostTaken = 5;
        kernel.Answer = _ =>
        {
            // Called for what is taken: the calls after this one fail.
            if (kernel.Submissions.Count == 3)
                kernel.FailToEnter(2, new Errno(error));
            return null;
        };
        _replies.Answer(Many);
        _replies.AssertEachOnce(Many);
    }

    [Theory]
    [MemberData(nameof(PassingErrors))]
    public void Reply_ThatTheRingDidNotHandIn_GoesOutAlone(int error)
    {
        int entries = 0;
        _replies.Kernel.Answer = _ => entries++ % 3 == 0 ? null : -error;
        _replies.Answer(Many);
        _replies.AssertEachOnce(Many);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Completions_ThatOverflow_AreAllWaitedFor(int room)
    {
        _replies.Kernel.MostCompletions = (uint)room;
        _replies.Answer(Many);
        _replies.AssertEachOnce(Many);
    }

    [Fact]
    public async Task Completions_ThatComeLateAndInAnyOrder_AreWaitedFor_AndTheRequestsKept()
    {
        LyingKernel kernel = _replies.Kernel;
        kernel.Answer = _ => LyingKernel.Keep;
        Task answering = Task.Run(() => _replies.Answer(Many), TestContext.Current.CancellationToken);
        Until.True(() => kernel.Kept.Count == Many, () => "The replies do not reach the kernel.");
        Assert.Equal(Many, _replies.Outstanding);
        foreach (IoUringSqe entry in kernel.Kept.Reverse())
        {
            Assert.False(answering.IsCompleted);
            kernel.Complete(entry.user_data, kernel.DoIt(entry));
        }
        await answering.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        _replies.AssertEachOnce(Many);
    }

    [Fact]
    public void Reply_ThatNobodyWaitsForAnyMore_IsNotSentAgain()
    {
        _replies.Kernel.Answer = entry => entry.user_data == 3 ? -Errno.ENOENT.Value : null;
        _replies.Answer(Many);
        _replies.AssertEachOnce(Many, butNot: 3);
    }

    [Fact]
    public void Reply_ThatTheKernelRefuses_IsFollowedByAnError()
    {
        _replies.Kernel.Answer = _ => -Errno.EINVAL.Value;
        _replies.Answer(2);
        for (ulong number = 0; number < 2; number++)
        {
            Reply reply = _replies.Other.Receive();
            Assert.Equal((number, Errno.EIO.Value, 0), (reply.Unique, reply.Error, reply.Body.Length));
        }
        _replies.AssertEachOnce(0);
    }

    [Fact]
    public void Kernel_ThatGivesNoRing_LeavesNothingOpen()
    {
        using LyingKernel refusing = new(_ => 0);
        OnAThread(() =>
        {
            refusing.SetupErrors.Enqueue(Errno.EPERM);
            Assert.Null(ReplyBatch.TryOpen(refusing));
            refusing.RefusedRegistrations.Add(IoUringConstants.IORING_REGISTER_ENABLE_RINGS);
            Assert.Null(ReplyBatch.TryOpen(refusing));
            Assert.Null(ReplyBatch.Current);
        });
        Assert.Equal(0, refusing.Open);
    }

    public void Dispose() => _replies.Dispose();

    private static void OnAThread(Action action)
    {
        Exception? failure = null;
        Thread thread = new(() => failure = Record.Exception(action));
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    }
}
