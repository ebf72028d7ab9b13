using FsCheck;
using FsCheck.Fluent;
using Inbox.Data;

namespace Inbox.Tests.Data;

public sealed class WriterGateTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Urgent_writers_go_before_the_others_and_each_kind_in_its_order()
    {
        var gate = new WriterGate();
        var first = await gate.EnterAsync(urgent: false, Cancellation);
        var order = new List<string>();
        var waiting = new List<Task>();
        foreach (var (name, urgent) in new[] { ("a", false), ("b", false), ("URGENT 1", true), ("c", false), ("URGENT 2", true) })
        {
            waiting.Add(Write(gate, urgent, () => order.Add(name)));
        }

        first.Dispose();
        await Task.WhenAll(waiting);

        Assert.Equal(["URGENT 1", "URGENT 2", "a", "b", "c"], order);
    }

    [Fact]
    public async Task Leaving_twice_lets_nobody_in_twice()
    {
        var gate = new WriterGate();
        var first = await gate.EnterAsync(urgent: false, Cancellation);
        var second = gate.EnterAsync(urgent: false, Cancellation);
        var third = gate.EnterAsync(urgent: false, Cancellation);

        first.Dispose();
        first.Dispose();

        using var turn = await second;
        Assert.False(third.IsCompleted);
    }

    [Fact]
    public async Task Nobody_waits_for_ever_behind_one_who_does_not_leave()
    {
        var gate = new WriterGate(patience: TimeSpan.FromMilliseconds(50));
        var stuck = await gate.EnterAsync(urgent: false, Cancellation);

        await Assert.ThrowsAsync<WriterBusyException>(async () => await gate.EnterAsync(urgent: true, Cancellation));
        stuck.Dispose();

        (await gate.EnterAsync(urgent: false, Cancellation)).Dispose();
    }

    [Fact]
    public async Task One_who_waits_and_gives_up_leaves_no_hole()
    {
        var gate = new WriterGate();
        var first = await gate.EnterAsync(urgent: false, Cancellation);
        using var impatient = new CancellationTokenSource();
        var gone = gate.EnterAsync(urgent: false, impatient.Token).AsTask();
        var patient = gate.EnterAsync(urgent: false, Cancellation).AsTask();

        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        Assert.False(patient.IsCompleted);
        first.Dispose();

        (await patient.WaitAsync(TimeSpan.FromSeconds(5), Cancellation)).Dispose();
        (await gate.EnterAsync(urgent: true, Cancellation).AsTask().WaitAsync(TimeSpan.FromSeconds(5), Cancellation)).Dispose();
    }

    [Fact]
    public async Task The_open_gate_lets_everybody_through()
    {
        using var one = await WriterGate.Open.EnterAsync(urgent: false, Cancellation);
        using var two = await WriterGate.Open.EnterAsync(urgent: true, Cancellation).AsTask().WaitAsync(TimeSpan.FromSeconds(1), Cancellation);
    }

    /// <summary>Writers that enter, yield, leave or give up at random: never two inside, nobody forgotten.</summary>
    [Fact]
    public void Whatever_the_schedule_one_writer_is_inside_and_everybody_gets_a_turn()
        => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), schedule => Task.Run(() => Holds(schedule)).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(60).WithEndSize(200));

    private static async Task<bool> Holds(byte[] schedule)
    {
        var gate = new WriterGate();
        var inside = 0;
        var most = 0;
        var entered = 0;
        var gaveUp = 0;
        var writers = schedule.Select(step => Task.Run(async () =>
        {
            using var cancelled = new CancellationTokenSource();
            if (step % 5 == 0)
            {
                await Task.Yield();
                _ = Task.Run(cancelled.Cancel);
            }

            try
            {
                using var turn = await gate.EnterAsync(urgent: step % 3 == 0, cancelled.Token);
                InterlockedMax(ref most, Interlocked.Increment(ref inside));
                Interlocked.Increment(ref entered);
                for (var i = 0; i < step % 4; i++)
                {
                    await Task.Yield();
                }

                Interlocked.Decrement(ref inside);
            }
            catch (OperationCanceledException)
            {
                Interlocked.Increment(ref gaveUp);
            }
        })).ToList();

        await Task.WhenAll(writers).WaitAsync(TimeSpan.FromSeconds(20));
        using var last = await gate.EnterAsync(urgent: false, CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(5));
        return most <= 1 && entered + gaveUp == schedule.Length;
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); value > seen; seen = Volatile.Read(ref target))
        {
            if (Interlocked.CompareExchange(ref target, value, seen) == seen)
            {
                return;
            }
        }
    }

    private static async Task Write(WriterGate gate, bool urgent, Action work)
    {
        using var turn = await gate.EnterAsync(urgent, Cancellation);
        work();
    }
}
