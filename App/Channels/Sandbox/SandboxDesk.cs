using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Channels.Sandbox;

/// <summary>What people do with the sandbox: look at what went out, and write as a customer.</summary>
public sealed class SandboxDesk(IDbContextFactory<InboxDb> dbs, MetaSandbox sandbox, SandboxSends sends)
{
    private const int TextLimit = 4096;

    /// <summary>The business's sandbox channels.</summary>
    /// <exception cref="ForbiddenException">The caller may not see channels.</exception>
    public async Task<IReadOnlyList<Channel>> ChannelsAsync(Caller caller, CancellationToken cancellation)
    {
        caller.Require(ChannelPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await db.Set<Channel>().AsNoTracking().Where(channel => channel.IsSandbox && channel.Kind == SandboxChannels.Kind).OrderBy(channel => channel.Id).ToListAsync(cancellation);
    }

    /// <summary>What the channel sent since the program started, newest first.</summary>
    /// <exception cref="ForbiddenException">The caller may not see channels.</exception>
    public IReadOnlyList<SandboxSend> Sends(Caller caller, Channel channel)
    {
        caller.Require(ChannelPermissions.Read);
        return [.. sends.Of(channel.Id).Reverse()];
    }

    /// <summary>A customer writes to one of the business's sandbox channels.</summary>
    /// <exception cref="ForbiddenException">The caller may not change channels.</exception>
    /// <exception cref="RefusedException">channel_not_found, invalid_value.</exception>
    public async Task WriteAsync(Caller caller, long channelId, SandboxLetter letter, CancellationToken cancellation)
    {
        caller.Require(ChannelPermissions.Write);
        var channel = (await ChannelsAsync(caller, cancellation)).SingleOrDefault(own => own.Id == channelId) ?? throw RefusedException.NotFound("channel");
        var phone = new string([.. letter.Phone.Where(char.IsAsciiDigit)]);
        if (phone.Length is < 5 or > 20)
        {
            throw new RefusedException("invalid_value", "A phone number has 5 to 20 digits.", field: "phone");
        }

        if (string.IsNullOrWhiteSpace(letter.Text) || letter.Text.Length > TextLimit)
        {
            throw new RefusedException("invalid_value", $"The text has 1 to {TextLimit} characters.", field: "text");
        }

        await sandbox.WriteAsync(channel, phone, letter.Name.Trim(), letter.Text, cancellation);
    }
}

/// <summary>What a made-up customer writes.</summary>
public sealed class SandboxLetter
{
    public string Phone { get; set; } = "15550100190";

    public string Name { get; set; } = "Jamie Rivera";

    public string Text { get; set; } = "";
}
