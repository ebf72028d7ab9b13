using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Inbox.Access.Http;
using Inbox.Channels.Meta;
using Inbox.Data;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Inbox.Channels.Sandbox;

/// <summary>The stand-in of the platform's send API, for sandbox channels only.</summary>
public static class SandboxEndpoints
{
    private const int BodyLimit = 64 * 1024;
    private const long UploadLimit = 101_000_000;

    private static readonly TimeSpan LongestHang = TimeSpan.FromMinutes(2);

    public static void MapSandbox(this WebApplication app)
    {
        var sandbox = app.MapGroup("/sandbox").AllowAnonymous().DisableAntiforgery().ExcludeFromDescription();
        sandbox.MapPost("/graph/{version}/{account}/messages", SendAsync);
        sandbox.MapPost("/graph/{version}/{account}/media", UploadAsync);
        sandbox.MapGet("/graph/{version}/{node}", (string node, string? input_token, HttpContext context, SandboxAccounts accounts, SandboxCustomers customers)
            => AboutAsync(context, channel => channel.Kind == SandboxChannels.WhatsApp && node == SandboxPhones.PictureId
                ? new { id = node, url = customers.Picture, mime_type = "image/png", messaging_product = "whatsapp" }
                : accounts.Read(channel, node, input_token ?? "")));
        sandbox.MapGet("/graph/{version}/{account}/subscribed_apps", (string account, HttpContext context, SandboxAccounts accounts)
            => AboutAsync(context, channel => SandboxAccounts.SubscribedAt(channel) == account ? accounts.Subscriptions(channel) : null));
        sandbox.MapPost("/graph/{version}/{account}/subscribed_apps", (string account, string? subscribed_fields, HttpContext context, SandboxAccounts accounts)
            => AboutAsync(context, channel => SandboxAccounts.SubscribedAt(channel) == account ? accounts.Subscribe(channel, subscribed_fields) : null));
        SandboxTemplateEndpoints.Map(sandbox);
        SandboxMessagingEndpoints.Map(sandbox);
        if (!app.Services.GetRequiredService<IOptions<SandboxOptions>>().Value.Control)
        {
            return;
        }

        sandbox.MapPost("/control/{account}/faults", (string account, Body<SandboxFault> fault, SandboxFaults faults) => faults.Add(account, fault.Value));
        sandbox.MapDelete("/control/{account}/faults", (string account, SandboxFaults faults) => faults.Clear(account));
        sandbox.MapGet("/control/{account}/sends", async (string account, IDbContextFactory<InboxDb> dbs, SandboxSends sends, CancellationToken cancellation)
            => await FindAsync(dbs, account, cancellation) is { } channel ? Results.Ok(sends.Of(channel.Id)) : Results.NotFound());
        sandbox.MapGet("/control/{account}/signs", async (string account, IDbContextFactory<InboxDb> dbs, SandboxSends sends, CancellationToken cancellation)
            => await FindAsync(dbs, account, cancellation) is { } channel ? Results.Ok(sends.SignsOf(channel.Id)) : Results.NotFound());
    }

    private static async Task<IResult> SendAsync(
        string account,
        HttpContext context,
        IDbContextFactory<InboxDb> dbs,
        ChannelCredentials credentials,
        SandboxSends sends,
        SandboxTemplates templates,
        CancellationToken cancellation)
    {
        if (await AccountAsync(context.Request, dbs, credentials, account, cancellation) is not { } channel)
        {
            return NoToken();
        }

        if (context.Request.ContentType?.Split(';')[0].Trim() is not "application/json")
        {
            return Refuse(new SandboxRefusal(400, 100, "Invalid parameter", "The content type must be application/json."));
        }

        var body = await ReadAsync(context.Request, cancellation);
        if (channel.Kind != SandboxChannels.WhatsApp)
        {
            return await SandboxMessagingEndpoints.SendAsync(context, channel, body, cancellation);
        }

        if (SandboxRequest.ReadSign(body) is { } read)
        {
            if (read.Sign is { } sign)
            {
                sends.Add(channel.Id, sign);
            }

            return read.Refusal is { } wrong ? Refuse(wrong) : Results.Json(new { success = true });
        }

        var (request, refusal) = SandboxRequest.Read(body);
        if (request is null)
        {
            return Refuse(refusal!);
        }

        if (request.Type == "template")
        {
            (request, refusal) = await OfTemplateAsync(channel, request, JsonElement.Parse(body).At("template"), templates);
            if (refusal is not null)
            {
                return Refuse(refusal);
            }
        }

        return await TakeAsync(context, channel, request, Accepted, cancellation);
    }

    /// <summary>Takes the message, or does what a test asked for in its place.</summary>
    internal static async Task<IResult> TakeAsync(HttpContext context, Channel channel, SandboxSend request, Func<SandboxSend, IResult> accepted, CancellationToken cancellation)
    {
        var services = context.RequestServices;
        var sandbox = services.GetRequiredService<MetaSandbox>();
        var fault = services.GetRequiredService<IOptions<SandboxOptions>>().Value.Control ? services.GetRequiredService<SandboxFaults>().Next(channel.ExternalId) : null;
        if (fault is null or { Kind: SandboxFaultKind.StatusesFirst } or { Accept: true })
        {
            var send = sandbox.Take(channel, request);
            var reports = sandbox.ReportAsync(channel, send, atOnce: fault is { Kind: SandboxFaultKind.StatusesFirst });
            if (fault is null)
            {
                return accepted(send);
            }

            if (fault.Kind == SandboxFaultKind.StatusesFirst)
            {
                await reports;
                return accepted(send);
            }
        }

        return await MisbehaveAsync(context, channel, fault, cancellation);
    }

    private static async Task<(SandboxSend, SandboxRefusal?)> OfTemplateAsync(Channel channel, SandboxSend send, JsonElement part, SandboxTemplates templates)
        => await templates.FindAsync(channel, part.At("name").Text(), part.At("language").At("code").Text()) is { } template
            ? (send with { Text = template.Shown(part), Above = template.Above(part), Offers = template.Offers() }, template.Refuse(part))
            : (send, new SandboxRefusal(404, 132001, "Template name does not exist in the translation", $"template name ({part.At("name").Text()}) does not exist in {part.At("language").At("code").Text()}"));

    /// <summary>Takes a file as the platform does; nobody looks at it again, so it is not kept.</summary>
    private static async Task<IResult> UploadAsync(string account, HttpContext context, IDbContextFactory<InboxDb> dbs, ChannelCredentials credentials, CancellationToken cancellation)
    {
        if (await AccountAsync(context.Request, dbs, credentials, account, cancellation) is not { Kind: SandboxChannels.WhatsApp })
        {
            return NoToken();
        }

        TakesUpload(context);
        if (!context.Request.HasFormContentType)
        {
            return Refuse(SandboxRequest.Invalid("The body must be multipart/form-data."));
        }

        var form = await context.Request.ReadFormAsync(cancellation);
        return form switch
        {
            _ when form["messaging_product"] != "whatsapp" => Refuse(SandboxRequest.Missing("The parameter messaging_product is required.")),
            _ when form.Files is not [{ Name: "file", Length: > 0 } file] => Refuse(SandboxRequest.Missing("The parameter file is required.")),
            _ when form["type"] == "audio/ogg" => Refuse(SandboxRequest.Value("Unsupported Audio mime type audio/ogg. Please use one of audio/ogg; codecs=opus, audio/mpeg, audio/amr, audio/mp4, audio/aac.")),
            _ when form["type"] != form.Files[0].ContentType => Refuse(SandboxRequest.Value("type must be the file's content type.")),
            _ => Results.Json(new { id = RandomNumberGenerator.GetString("0123456789", 15) }),
        };
    }

    /// <summary>Answers about the account whose token the caller has.</summary>
    internal static async Task<IResult> AboutAsync(HttpContext context, Func<Channel, object?> answer)
    {
        var services = context.RequestServices;
        return await OwnerAsync(context.Request, services.GetRequiredService<IDbContextFactory<InboxDb>>(), services.GetRequiredService<ChannelCredentials>(), null, "Bearer", context.RequestAborted) is not { } own ? NoToken()
            : answer(own) is { } said ? Results.Json(said)
            : Refuse(new SandboxRefusal(400, 100, "Unsupported get request. Object with this id does not exist"));
    }

    /// <summary>A large body is taken, and no larger one.</summary>
    internal static void TakesUpload(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = UploadLimit;
        }
    }

    private static IResult Accepted(SandboxSend send) => Results.Json(new
    {
        messaging_product = "whatsapp",
        contacts = new[] { send.ToPhone ? (object)new { input = send.To, wa_id = send.To } : new { input = send.To, user_id = send.To } },
        messages = new[] { new { id = send.Id } },
    });

    private static async Task<IResult> MisbehaveAsync(HttpContext context, Channel channel, SandboxFault fault, CancellationToken cancellation)
    {
        if (fault.RetryAfter is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        switch (fault.Kind)
        {
            case SandboxFaultKind.Error:
                return Refuse(new SandboxRefusal(fault.Status ?? 400, fault.Code, "An error that the test asked for") { Subcode = channel.Kind == SandboxChannels.WhatsApp ? null : fault.Subcode });
            case SandboxFaultKind.Html:
                return Results.Content("<html><body>Bad gateway</body></html>", "text/html", statusCode: fault.Status ?? 502);
            case SandboxFaultKind.Garbage:
                return Results.Content("{\"messages\":[{\"ID\":", "application/json");
            case SandboxFaultKind.Hang:
                var stopping = context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
                using (var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation, stopping))
                {
                    await Task.Delay(LongestHang, TimeProvider.System, over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }

                context.Abort();
                return Results.Empty;
            default:
                context.Response.ContentLength = 500;
                await context.Response.WriteAsync("{\"messaging_product\":", cancellation);
                await context.Response.Body.FlushAsync(cancellation);
                context.Abort();
                return Results.Empty;
        }
    }

    internal static IResult NoToken() => Refuse(new SandboxRefusal(401, 190, "Invalid OAuth access token - Cannot parse access token"));

    internal static IResult Refuse(SandboxRefusal refusal) => Results.Json(refusal.Body, statusCode: refusal.Status);

    /// <returns>Null when the token is not the account's, or there is no such account.</returns>
    internal static async Task<Channel?> AccountAsync(HttpRequest request, IDbContextFactory<InboxDb> dbs, ChannelCredentials credentials, string account, CancellationToken cancellation)
        => await FindAsync(dbs, account, cancellation) is { } channel && HasToken(request, credentials.Read<MetaCredentials>(channel)?.AccessToken) ? channel : null;

    private static async Task<Channel?> FindAsync(IDbContextFactory<InboxDb> dbs, string account, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await db.Set<Channel>().IgnoreQueryFilters([Filters.Tenant]).AsNoTracking()
            .FirstOrDefaultAsync(channel => channel.ExternalId == account && channel.IsSandbox, cancellation);
    }

    /// <summary>The sandbox channel whose token is given; of the business account where one is named.</summary>
    internal static async Task<Channel?> OwnerAsync(HttpRequest request, IDbContextFactory<InboxDb> dbs, ChannelCredentials credentials, string? account, string scheme, CancellationToken cancellation)
    {
        if (!request.Headers.Authorization.ToString().StartsWith($"{scheme} ", StringComparison.Ordinal))
        {
            return null;
        }

        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var channels = await db.Set<Channel>().IgnoreQueryFilters([Filters.Tenant]).AsNoTracking()
            .Where(channel => channel.IsSandbox && (account == null || channel.GroupId == account)).ToListAsync(cancellation);
        return channels.Find(channel => HasToken(request, credentials.Read<MetaCredentials>(channel)?.AccessToken, scheme));
    }

    private static bool HasToken(HttpRequest request, string? token, string scheme = "Bearer")
        => token is not null
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes($"{scheme} {token}"), Encoding.UTF8.GetBytes(request.Headers.Authorization.ToString()));

    internal static async Task<byte[]> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        var buffer = new byte[BodyLimit];
        var length = await request.Body.ReadAtLeastAsync(buffer, BodyLimit, throwOnEndOfStream: false, cancellation);
        return buffer[..length];
    }
}
