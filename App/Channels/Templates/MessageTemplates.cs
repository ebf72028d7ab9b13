using Inbox.Audit;
using Inbox.Channels.Outbound;
using Inbox.Data;
using Inbox.Media;
using Inbox.Realtime;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Channels.Templates;

/// <param name="ChannelId">Those that may be sent over it; null: of all channels.</param>
/// <param name="Text">What the name contains.</param>
public sealed record TemplateFilter(long? ChannelId = null, TemplateStatus? Status = null, string? Language = null, string? Category = null, string? Text = null);

/// <summary>What reading an account again came to.</summary>
/// <param name="Problem">Why it was not read; null when it was.</param>
public sealed record SyncedAccount(long ChannelId, string ChannelName, int Templates, string? Problem);

/// <summary>The messages that platforms approve: what is known of them here, handing in, and letting go.</summary>
public sealed class MessageTemplates(IDbContextFactory<InboxDb> dbs, ChannelCatalogue kinds, TemplateSyncs syncs, OutboundFiles files, LiveFeed feed, TimeProvider clock)
{
    /// <summary>Newest first.</summary>
    /// <exception cref="RefusedException">channel_not_found.</exception>
    public async Task<Page<MessageTemplate>> PageAsync(Caller caller, TemplateFilter filter, Cursor? after, int limit, CancellationToken cancellation)
    {
        caller.Require(TemplatePermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var templates = await HavingAsync(db, filter, cancellation);
        if (after is { } last)
        {
            templates = templates.Where(row => row.CreatedAt < last.At || (row.CreatedAt == last.At && row.Id < last.Id));
        }

        var rows = await templates.AsNoTracking().OrderByDescending(row => row.CreatedAt).ThenByDescending(row => row.Id).Take(limit + 1).ToListAsync(cancellation);
        return rows.Count <= limit ? new Page<MessageTemplate>(rows, null) : new Page<MessageTemplate>(rows[..limit], new Cursor(rows[limit - 1].CreatedAt, rows[limit - 1].Id).ToString());
    }

    /// <exception cref="RefusedException">template_not_found.</exception>
    public async Task<MessageTemplate> FindAsync(Caller caller, long id, CancellationToken cancellation)
    {
        caller.Require(TemplatePermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await db.Set<MessageTemplate>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellation) ?? throw RefusedException.NotFound("template");
    }

    /// <summary>The channels that templates can be made for: one for each account that holds them.</summary>
    public async Task<IReadOnlyList<Channel>> ChannelsAsync(Caller caller, CancellationToken cancellation)
    {
        caller.Require(TemplatePermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var active = await db.Set<Channel>().AsNoTracking().Where(channel => channel.IsActive).OrderBy(channel => channel.Id).ToListAsync(cancellation);
        return [.. active.Where(channel => KindOf(channel)?.TemplateAccountOf(channel) is not null).DistinctBy(channel => (channel.Kind, KindOf(channel)!.TemplateAccountOf(channel)))];
    }

    /// <summary>When the accounts were read, and why they could not be.</summary>
    public async Task<IReadOnlyList<TemplateAccountState>> AccountsAsync(Caller caller, CancellationToken cancellation)
    {
        var channels = await ChannelsAsync(caller, cancellation);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var synced = await db.Set<TemplateAccount>().AsNoTracking().ToDictionaryAsync(row => (row.Kind, row.ExternalId), cancellation);
        return
        [
            .. from channel in channels
               let account = KindOf(channel)!.TemplateAccountOf(channel)!
               let known = synced.GetValueOrDefault((channel.Kind, account))
               select new TemplateAccountState(known?.Id, channel.Name, known?.SyncedAt, syncs.ProblemOf(caller.TenantId, channel.Kind, account)),
        ];
    }

    /// <summary>Reads all templates of the accounts from their platforms; what is no longer there goes here too.</summary>
    /// <param name="channelId">Only this channel's; null: of all.</param>
    /// <exception cref="RefusedException">channel_not_found, templates_unsupported; platform_unavailable or platform_refused where no account could be read.</exception>
    public async Task<IReadOnlyList<SyncedAccount>> SyncAsync(Caller caller, long? channelId, CancellationToken cancellation)
    {
        caller.Require(TemplatePermissions.Write);
        var channels = channelId is { } id ? [await ChannelAsync(id, cancellation)] : await ChannelsAsync(caller, cancellation);
        var synced = new List<SyncedAccount>();
        TemplateFailure? last = null;
        foreach (var channel in channels)
        {
            var kind = Require(channel);
            var began = Now;
            var (templates, failure) = await kind.ListTemplatesAsync(channel, cancellation);
            last = failure ?? last;
            synced.Add(new SyncedAccount(channel.Id, channel.Name, templates?.Count ?? 0, failure?.Detail));
            if (templates is not null)
            {
                await KeepAsync(caller, channel, kind.TemplateAccountOf(channel)!, templates, began, cancellation);
            }
        }

        if (last is not null && synced.TrueForAll(account => account.Problem is not null))
        {
            throw Refused(last);
        }

        feed.Publish(Topics.Templates(caller.TenantId));
        return synced;
    }

    /// <summary>Hands in a template; the platform judges it within minutes, sometimes a day.</summary>
    /// <param name="channelId">Null: the only channel with templates.</param>
    /// <exception cref="RefusedException">invalid_value, channel_not_found, templates_unsupported, template_exists, media_not_found, platform_refused, platform_unavailable.</exception>
    public async Task<MessageTemplate> SubmitAsync(Caller caller, long? channelId, TemplateDraft draft, CancellationToken cancellation)
    {
        caller.Require(TemplatePermissions.Write);
        TemplateRules.Check(draft);
        var channel = await ChannelOrOnlyAsync(caller, channelId, cancellation);
        var kind = Require(channel);
        var sample = draft.SampleId is { } sampleId ? await SampleAsync(caller, sampleId, cancellation) : null;
        var cardSamples = new List<OutboundFile>();
        foreach (var cardSample in draft.CardSampleIds ?? [])
        {
            cardSamples.Add(await SampleAsync(caller, cardSample, cancellation));
        }

        // It stands here before the platform hears of it: its judgement may come before its answer.
        var template = await BeginAsync(channel, kind.TemplateAccountOf(channel)!, draft, cancellation);
        var (submitted, failure) = await kind.SubmitTemplateAsync(channel, draft, sample, cardSamples, cancellation);
        if (submitted is null)
        {
            await ForgetAsync(template.Id);
            throw Refused(failure!);
        }

        await using var db = await dbs.CreateDbContextAsync(CancellationToken.None);
        await using var write = await db.BeginAsync(CancellationToken.None);
        var row = await db.Set<MessageTemplate>().SingleOrDefaultAsync(one => one.Id == template.Id, CancellationToken.None) ?? throw RefusedException.NotFound("template");
        row.Submitted(submitted, Now);
        db.AuditRow(caller, "template.submitted", row, Target(row));
        await db.SaveChangesAsync(CancellationToken.None);
        await write.CommitAsync(CancellationToken.None);
        feed.Publish(Topics.Templates(caller.TenantId));
        return row;
    }

    /// <summary>Removes a template by its name.</summary>
    /// <param name="language">Null: in all languages.</param>
    /// <exception cref="RefusedException">template_not_found, channel_not_found, platform_refused, platform_unavailable.</exception>
    public async Task RemoveAsync(Caller caller, string name, string? language, CancellationToken cancellation)
    {
        caller.Require(TemplatePermissions.Write);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var ids = await db.Set<MessageTemplate>().Where(row => row.Name == name && (language == null || row.Language == language)).Select(row => row.Id).ToListAsync(cancellation);
        if (ids.Count == 0)
        {
            throw RefusedException.NotFound("template");
        }

        foreach (var id in ids)
        {
            await RemoveAsync(caller, id, cancellation);
        }
    }

    /// <exception cref="RefusedException">template_not_found, channel_not_found, platform_refused, platform_unavailable.</exception>
    public async Task RemoveAsync(Caller caller, long id, CancellationToken cancellation)
    {
        caller.Require(TemplatePermissions.Write);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var template = await db.Set<MessageTemplate>().SingleOrDefaultAsync(row => row.Id == id, cancellation) ?? throw RefusedException.NotFound("template");
        var account = await db.Set<TemplateAccount>().AsNoTracking().SingleAsync(row => row.Id == template.AccountId, cancellation);
        var channel = (await ChannelsAsync(caller, cancellation)).FirstOrDefault(own => own.Kind == account.Kind && KindOf(own)!.TemplateAccountOf(own) == account.ExternalId)
            ?? throw RefusedException.NotFound("channel");
        if (await Require(channel).RemoveTemplateAsync(channel, template.Name, template.ExternalId, cancellation) is { } failure)
        {
            throw Refused(failure);
        }

        db.Remove(template);
        db.AuditRow(caller, "template.removed", template, Target(template));
        await db.SaveChangesAsync(CancellationToken.None);   // the platform has let it go
        feed.Publish(Topics.Templates(caller.TenantId));
    }

    private async Task KeepAsync(Caller caller, Channel channel, string external, IReadOnlyList<PlatformTemplate> templates, DateTime began, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        var account = await AccountAsync(db, channel, external, cancellation);
        var known = await db.Set<MessageTemplate>().Where(row => row.AccountId == account.Id).ToDictionaryAsync(row => (row.Name, row.Language), cancellation);
        foreach (var template in templates.DistinctBy(one => (one.Name, one.Language)))
        {
            if (!known.Remove((template.Name, template.Language), out var row))
            {
                row = db.Add(Fresh(account, template.Name, template.Language, template.Category, template.ExternalId, template.Components)).Entity;
            }

            row.Read(template, began);
        }

        // One that was handed in while the list was read need not be in it.
        db.RemoveRange(known.Values.Where(row => row.CreatedAt < began));
        account.SyncedAt = began;
        db.Audit(caller, "templates.synced", AuditObject.Of("channel", channel.Id, channel.Name), null, new { Templates = templates.Count });
        await SaveAsync(db, cancellation);
        await write.CommitAsync(cancellation);
    }

    private async Task<MessageTemplate> BeginAsync(Channel channel, string external, TemplateDraft draft, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        var account = await AccountAsync(db, channel, external, cancellation);
        if (await db.Set<MessageTemplate>().AnyAsync(row => row.AccountId == account.Id && row.Name == draft.Name && row.Language == draft.Language, cancellation))
        {
            throw Exists();
        }

        var template = db.Add(Fresh(account, draft.Name, draft.Language, draft.Category, "", draft.Components.GetRawText())).Entity;
        await SaveAsync(db, cancellation);
        await write.CommitAsync(cancellation);
        return template;
    }

    private async Task ForgetAsync(long id)
    {
        await using var db = await dbs.CreateDbContextAsync(CancellationToken.None);
        await using var write = await db.BeginAsync(CancellationToken.None);
        await db.Set<MessageTemplate>().Where(row => row.Id == id).ExecuteDeleteAsync(CancellationToken.None);
        await write.CommitAsync(CancellationToken.None);
    }

    private static async Task<TemplateAccount> AccountAsync(InboxDb db, Channel channel, string external, CancellationToken cancellation)
        => await db.Set<TemplateAccount>().SingleOrDefaultAsync(row => row.Kind == channel.Kind && row.ExternalId == external, cancellation)
            ?? db.Add(new TemplateAccount { TenantId = channel.TenantId, Kind = channel.Kind, ExternalId = external }).Entity;

    private MessageTemplate Fresh(TemplateAccount account, string name, string language, string category, string externalId, string components) => new()
    {
        TenantId = account.TenantId,
        AccountId = account.Id,
        Name = name,
        Language = language,
        Category = category,
        ExternalId = externalId,
        Components = components,
        CreatedAt = Now,
    };

    private async Task<IQueryable<MessageTemplate>> HavingAsync(InboxDb db, TemplateFilter filter, CancellationToken cancellation)
    {
        IQueryable<MessageTemplate> templates = db.Set<MessageTemplate>();
        if (filter.ChannelId is { } channelId)
        {
            var channel = await ChannelAsync(channelId, cancellation);
            templates = KindOf(channel)?.TemplateAccountOf(channel) is { } account ? OfAccount(db, channel.Kind, account) : templates.Where(_ => false);
        }

        if (filter.Status is { } status)
        {
            templates = templates.Where(row => row.Status == status);
        }

        if (filter.Language is { } language)
        {
            templates = templates.Where(row => row.Language == language);
        }

        if (filter.Category is { } category)
        {
            templates = templates.Where(row => row.Category == category);
        }

        return filter.Text?.Trim().ToLowerInvariant() is { Length: > 0 } text ? templates.Where(row => row.Name.Contains(text)) : templates;
    }

    private static IQueryable<MessageTemplate> OfAccount(InboxDb db, string kind, string external)
        => db.Set<MessageTemplate>().Where(row => db.Set<TemplateAccount>().Any(account => account.Id == row.AccountId && account.Kind == kind && account.ExternalId == external));

    private async Task<OutboundFile> SampleAsync(Caller caller, long id, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await db.Set<MediaFile>().AnyAsync(file => file.Id == id && file.MessageId == null && file.ChannelId == null && file.UploadedBy == caller.UserId && file.UploadedByKey == caller.KeyId, cancellation)
            ? await files.FindAsync(caller.TenantId, id, cancellation) ?? throw RefusedException.NotFound("media")
            : throw RefusedException.NotFound("media");
    }

    private async Task<Channel> ChannelOrOnlyAsync(Caller caller, long? id, CancellationToken cancellation)
        => id is { } one ? await ChannelAsync(one, cancellation)
            : await ChannelsAsync(caller, cancellation) switch
            {
                [var only] => only,
                [] => throw RefusedException.NotFound("channel"),
                _ => throw new RefusedException("invalid_value", "Several channels have templates: say for which this one is.", field: "channel_id"),
            };

    private async Task<Channel> ChannelAsync(long id, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await db.Set<Channel>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellation) ?? throw RefusedException.NotFound("channel");
    }

    private static async Task SaveAsync(InboxDb db, CancellationToken cancellation)
    {
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException error) when (error.IsDuplicateKey)
        {
            throw new RefusedException("changed_meanwhile", "Somebody read the templates at the same moment. Try again.", StatusCodes.Status409Conflict);
        }
    }

    private ITemplateChannel? KindOf(Channel channel) => kinds.Find(channel.Kind) as ITemplateChannel;

    private ITemplateChannel Require(Channel channel)
        => KindOf(channel) is { } kind && kind.TemplateAccountOf(channel) is not null ? kind
            : throw new RefusedException("templates_unsupported", "This channel has no templates, or its business account is not typed in yet: see the channel's settings.", StatusCodes.Status409Conflict, "channel_id");

    private static RefusedException Refused(TemplateFailure failure) => failure.IsOutage
        ? new RefusedException("platform_unavailable", failure.Detail, StatusCodes.Status409Conflict)
        : new RefusedException("platform_refused", failure.Detail);

    private static RefusedException Exists()
        => new("template_exists", "There is a template of this name in this language already. Its name is free again some weeks after it is removed.", StatusCodes.Status409Conflict, "name");

    private static AuditObject Target(MessageTemplate template) => AuditObject.Of("template", template.Id, $"{template.Name} ({template.Language})");

    private DateTime Now => clock.GetUtcNow().UtcDateTime;
}
