using System.Security.Cryptography;
using Inbox.Access;
using Inbox.Access.Http;
using Inbox.Access.Http.Idempotency;
using Inbox.Access.Sessions;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Channels.Website;

/// <summary>The secret by which a site vouches for its users: shown to and made by people who may change channels, with a row of the trail each time.</summary>
public sealed class WidgetSecrets(IDbContextFactory<InboxDb> dbs, ChannelCredentials credentials, ChannelDirectory directory, Proofs proofs)
{
    private const int Length = 64;

    internal static void Map(IEndpointRouteBuilder app)
    {
        var secrets = app.MapGroup("/api/v1/channels/{id:long}/identity-secret").WithTags("Channels").RequireAuthorization(ChannelPermissions.Write)
            .Refuses("unauthorized", "forbidden", "person_needed", "rate_limited", "channel_not_found", "unsupported_by_channel", "reauthentication_required");
        secrets.MapGet("/", async (long id, Caller caller, WidgetSecrets all, CancellationToken cancellation) => TypedResults.Ok(new IdentitySecretView(await all.ShowAsync(caller, id, cancellation))))
            .WithSummary("Shows the secret by which the site vouches for its users; null before the first one is made");
        secrets.MapPost("/", async Task<Ok<IdentitySecretView>> (long id, Caller caller, WidgetSecrets all, CancellationToken cancellation) => TypedResults.Ok(new IdentitySecretView(await all.RotateAsync(caller, id, cancellation))))
            .WithSummary("Makes a new secret; sessions that were begun with the one before end at once").TakesNoIdempotencyKey();
    }

    /// <returns>Null before the first one is made.</returns>
    /// <exception cref="RefusedException">person_needed, channel_not_found, unsupported_by_channel, reauthentication_required.</exception>
    public async Task<string?> ShowAsync(Caller caller, long id, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var channel = await FindAsync(db, caller, id, cancellation);
        if (credentials.Read<WebsiteCredentials>(channel)?.IdentitySecret is not { } secret)
        {
            return null;
        }

        db.Audit(caller, "channel.identity_secret_shown", AuditObject.Of("channel", channel.Id, channel.Name));
        await db.SaveChangesAsync(cancellation);
        return secret;
    }

    /// <exception cref="RefusedException">person_needed, channel_not_found, unsupported_by_channel, reauthentication_required.</exception>
    public async Task<string> RotateAsync(Caller caller, long id, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var channel = await FindAsync(db, caller, id, cancellation);
        var secret = RandomNumberGenerator.GetHexString(Length, lowercase: true);
        credentials.Write(channel, new WebsiteCredentials(secret));
        db.AuditRow(caller, "channel.identity_secret_rotated", channel, AuditObject.Of("channel", channel.Id, channel.Name));
        await db.SaveChangesAsync(cancellation);
        directory.Changed();
        return secret;
    }

    private async Task<Channel> FindAsync(InboxDb db, Caller caller, long id, CancellationToken cancellation)
    {
        caller.Require(ChannelPermissions.Write);
        // A key that reads it could speak for every person of the site.
        caller.RequirePerson();
        var channel = await db.Set<Channel>().SingleOrDefaultAsync(row => row.Id == id, cancellation) ?? throw RefusedException.NotFound("channel");
        if (channel.Kind != WebsiteChannel.Key)
        {
            throw new RefusedException("unsupported_by_channel", "Only the chat of a website has such a secret.");
        }

        await proofs.RequireAsync(caller, cancellation);
        return channel;
    }
}

/// <param name="IdentitySecret">The key of the HMAC, as it stands here.</param>
public sealed record IdentitySecretView(string? IdentitySecret);
