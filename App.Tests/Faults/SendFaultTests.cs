using Inbox.Conversations;

namespace Inbox.Tests.Faults;

/// <summary>The short form; <c>faults sends</c> is the long one.</summary>
public sealed class SendFaultTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.PostgreSql)]
    public async Task With_every_fifth_answer_wrong_each_message_ends_once_in_one_state_and_in_order(TestDatabase database)
    {
        var result = await SendFaultRun.RunAsync(database, messages: 400, seed: 4711);

        output.WriteLine(result.ToString());
        Assert.True(result.IsClean, result.ToString());
        Assert.Equal(400, result.States.Values.Sum());
        Assert.Equal([MessageStatus.Unknown, MessageStatus.Sent, MessageStatus.Failed], result.States.Keys.Order());
        Assert.Empty(result.Unused);
    }
}
