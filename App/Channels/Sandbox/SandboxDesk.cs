using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Channels.Sandbox;

/// <summary>What people do with the sandbox: look at what went out, and act as a customer.</summary>
public sealed class SandboxDesk(IDbContextFactory<InboxDb> dbs, MetaSandbox sandbox, SandboxCustomers customers, SandboxPhones phones, SandboxSends sends)
{
    private const int TextLimit = 4096;
    private const int MessagingTextLimit = 2000;
    private const int LongestName = 100;
    private const string Heart = "❤️";

    /// <summary>The business's sandbox channels.</summary>
    /// <exception cref="ForbiddenException">The caller may not see channels.</exception>
    public async Task<IReadOnlyList<Channel>> ChannelsAsync(Caller caller, CancellationToken cancellation)
    {
        caller.Require(ChannelPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await db.Set<Channel>().AsNoTracking().Where(channel => channel.IsSandbox && SandboxChannels.Kinds.Contains(channel.Kind)).OrderBy(channel => channel.Id).ToListAsync(cancellation);
    }

    /// <summary>What the channel sent since the program started, newest first.</summary>
    /// <exception cref="ForbiddenException">The caller may not see channels.</exception>
    public IReadOnlyList<SandboxSend> Sends(Caller caller, Channel channel)
    {
        caller.Require(ChannelPermissions.Read);
        return [.. sends.Of(channel.Id).Reverse()];
    }

    /// <summary>What a customer has on the screen, oldest first.</summary>
    /// <exception cref="ForbiddenException">The caller may not see channels.</exception>
    public IReadOnlyList<SandboxLine> Lines(Caller caller, Channel channel, SandboxLetter letter)
    {
        caller.Require(ChannelPermissions.Read);
        var customer = AddressOf(channel, letter);
        return
        [
            .. sends.WrittenTo(channel.Id).Where(written => written.From == customer).Select(written => new SandboxLine(written.At, null, written))
                .Concat(sends.Of(channel.Id).Where(send => send.To == customer && !(send.IsReaction && channel.Kind != SandboxChannels.WhatsApp)).Select(send => new SandboxLine(send.At, send, null)))
                .OrderBy(line => line.At),
        ];
    }

    /// <summary>The customer's address at the channel.</summary>
    public static string AddressOf(Channel channel, SandboxLetter letter)
        => channel.Kind == SandboxChannels.WhatsApp ? new string([.. letter.Phone.Where(char.IsAsciiDigit)]) : SandboxIds.IdOf(channel, letter.Name);

    /// <summary>A customer writes to one of the business's sandbox channels.</summary>
    /// <exception cref="ForbiddenException">The caller may not change channels.</exception>
    /// <exception cref="RefusedException">channel_not_found, invalid_value.</exception>
    public Task WriteAsync(Caller caller, long channelId, SandboxLetter letter, CancellationToken cancellation)
        => ActAsync(caller, channelId, letter, channel =>
        {
            CheckText(channel, letter.Text);
            return channel.Kind == SandboxChannels.WhatsApp
                ? sandbox.WriteAsync(channel, AddressOf(channel, letter), letter.Name.Trim(), letter.Text, cancellation)
                : customers.WriteAsync(channel, letter.Name.Trim(), letter.Text, cancellation);
        }, cancellation);

    /// <summary>A customer sends a picture.</summary>
    /// <exception cref="RefusedException">channel_not_found, invalid_value.</exception>
    public Task SendPictureAsync(Caller caller, long channelId, SandboxLetter letter, CancellationToken cancellation)
        => ActAsync(caller, channelId, letter, channel => channel.Kind == SandboxChannels.WhatsApp
            ? phones.SendPictureAsync(channel, AddressOf(channel, letter), letter.Name.Trim(), cancellation)
            : customers.SendPictureAsync(channel, letter.Name.Trim(), cancellation), cancellation);

    /// <summary>A customer tells a WhatsApp number where they are.</summary>
    /// <exception cref="RefusedException">channel_not_found, invalid_value.</exception>
    public Task SendPlaceAsync(Caller caller, long channelId, SandboxLetter letter, CancellationToken cancellation)
        => ActAsync(caller, channelId, letter, channel => phones.SendPlaceAsync(channel.Kind == SandboxChannels.WhatsApp ? channel : throw NotHere(), AddressOf(channel, letter), letter.Name.Trim(), cancellation), cancellation);

    /// <summary>A customer answers a story of an Instagram account.</summary>
    /// <exception cref="RefusedException">channel_not_found, invalid_value.</exception>
    public Task AnswerStoryAsync(Caller caller, long channelId, SandboxLetter letter, CancellationToken cancellation)
        => ActAsync(caller, channelId, letter, channel =>
        {
            CheckText(channel, letter.Text);
            return customers.AnswerStoryAsync(channel.Kind == SandboxChannels.Instagram ? channel : throw NotHere(), letter.Name.Trim(), letter.Text, cancellation);
        }, cancellation);

    /// <summary>A customer presses one of the offers of a message.</summary>
    /// <exception cref="RefusedException">channel_not_found, invalid_value.</exception>
    public Task ChooseAsync(Caller caller, long channelId, SandboxLetter letter, string sendId, int offer, CancellationToken cancellation)
        => ActAsync(caller, channelId, letter, channel =>
        {
            var send = SendOf(channel, letter, sendId);
            return send.Offers.ElementAtOrDefault(offer) is not { Kind: not "link" } chosen ? throw new RefusedException("invalid_value", "There is no such offer.", field: "offer")
                : channel.Kind == SandboxChannels.WhatsApp ? phones.ChooseAsync(channel, letter.Name.Trim(), send, chosen, cancellation)
                : customers.ChooseAsync(channel, letter.Name.Trim(), chosen, cancellation);
        }, cancellation);

    /// <summary>A customer puts a heart at a message, or takes it back.</summary>
    /// <exception cref="RefusedException">channel_not_found, invalid_value.</exception>
    public Task ReactAsync(Caller caller, long channelId, SandboxLetter letter, string sendId, CancellationToken cancellation)
        => ActAsync(caller, channelId, letter, channel =>
        {
            var send = SendOf(channel, letter, sendId);
            var emoji = send.Reaction is null ? Heart : null;
            return channel.Kind == SandboxChannels.WhatsApp ? phones.ReactAsync(channel, letter.Name.Trim(), send, emoji, cancellation) : customers.ReactAsync(channel, send, emoji, cancellation);
        }, cancellation);

    /// <summary>A customer takes back what they wrote.</summary>
    /// <exception cref="RefusedException">channel_not_found, invalid_value.</exception>
    public Task UnsendAsync(Caller caller, long channelId, SandboxLetter letter, string writtenId, CancellationToken cancellation)
        => ActAsync(caller, channelId, letter, channel => sends.WrittenTo(channel.Id).FirstOrDefault(written => written.Id == writtenId && written.From == AddressOf(channel, letter)) is { } own
            ? channel.Kind == SandboxChannels.WhatsApp ? phones.UnsendAsync(channel, own, cancellation) : customers.UnsendAsync(channel, own, cancellation)
            : throw new RefusedException("invalid_value", "There is no such message.", field: "message"), cancellation);

    private async Task ActAsync(Caller caller, long channelId, SandboxLetter letter, Func<Channel, Task> act, CancellationToken cancellation)
    {
        caller.Require(ChannelPermissions.Write);
        var channel = (await ChannelsAsync(caller, cancellation)).SingleOrDefault(own => own.Id == channelId) ?? throw RefusedException.NotFound("channel");
        if (channel.Kind == SandboxChannels.WhatsApp && AddressOf(channel, letter).Length is < 5 or > 20)
        {
            throw new RefusedException("invalid_value", "A phone number has 5 to 20 digits.", field: "phone");
        }

        if (channel.Kind != SandboxChannels.WhatsApp && letter.Name.Trim().Length is 0 or > LongestName)
        {
            throw new RefusedException("invalid_value", $"The name has 1 to {LongestName} characters.", field: "name");
        }

        await act(channel);
    }

    private static void CheckText(Channel channel, string text)
    {
        var longest = channel.Kind == SandboxChannels.WhatsApp ? TextLimit : MessagingTextLimit;
        if (string.IsNullOrWhiteSpace(text) || text.Length > longest)
        {
            throw new RefusedException("invalid_value", $"The text has 1 to {longest} characters.", field: "text");
        }
    }

    private SandboxSend SendOf(Channel channel, SandboxLetter letter, string id)
        => sends.Of(channel.Id).FirstOrDefault(send => send.Id == id && send.To == AddressOf(channel, letter)) ?? throw new RefusedException("invalid_value", "There is no such message.", field: "message");

    private static RefusedException NotHere() => new("invalid_value", "The stand-in of this platform does not do that.", field: "channel");
}

/// <summary>What a made-up customer writes.</summary>
public sealed class SandboxLetter
{
    public string Phone { get; set; } = "15550100190";

    public string Name { get; set; } = "Jamie Rivera";

    public string Text { get; set; } = "";
}

/// <summary>A message on the customer's screen: one of the two is there.</summary>
public sealed record SandboxLine(DateTime At, SandboxSend? Send, SandboxWritten? Written);
