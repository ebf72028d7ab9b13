using System.Globalization;
using System.Security.Cryptography;
using Inbox.Data;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using static Inbox.Channels.Sandbox.SandboxEndpoints;

namespace Inbox.Channels.Sandbox;

/// <summary>The stand-in of the platform's template API, and of the upload of samples.</summary>
internal static class SandboxTemplateEndpoints
{
    private const int LargestPage = 100;

    public static void Map(RouteGroupBuilder sandbox)
    {
        sandbox.MapGet("/graph/{version}/{account}/message_templates", ListAsync);
        sandbox.MapPost("/graph/{version}/{account}/message_templates", AddAsync);
        sandbox.MapDelete("/graph/{version}/{account}/message_templates", RemoveAsync);
        sandbox.MapGet("/graph/{version}/app", async (HttpRequest request, IDbContextFactory<InboxDb> dbs, ChannelCredentials credentials, CancellationToken cancellation)
            => await OwnerAsync(request, dbs, credentials, null, "Bearer", cancellation) is { } channel ? Results.Json(new { id = channel.GroupId }) : NoToken());
        sandbox.MapPost("/graph/{version}/{app}/uploads", BeginUploadAsync);
        sandbox.MapPost("/graph/{version}/upload:{session}", UploadAsync);
    }

    private static async Task<IResult> ListAsync(
        string account, HttpRequest request, IDbContextFactory<InboxDb> dbs, ChannelCredentials credentials, SandboxTemplates templates, CancellationToken cancellation, int limit = 25, string? after = null)
    {
        if (await OwnerAsync(request, dbs, credentials, account, "Bearer", cancellation) is not { } channel)
        {
            return NoToken();
        }

        var all = await templates.OfAsync(channel);
        var from = int.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out var place) ? place : 0;
        var size = Math.Clamp(limit, 1, LargestPage);
        var end = Math.Min(all.Count, from + size);
        var cursors = new { before = $"{from}", after = $"{end}" };
        return Results.Json(new
        {
            data = all.Skip(from).Take(size).Select(template => template.Body),
            paging = end < all.Count ? (object)new { cursors, next = $"https://graph.facebook.com/{account}/message_templates?limit={size}&after={end}" } : new { cursors },
        });
    }

    private static async Task<IResult> AddAsync(
        string account, HttpRequest request, IDbContextFactory<InboxDb> dbs, ChannelCredentials credentials, SandboxTemplates templates, CancellationToken cancellation)
    {
        if (await OwnerAsync(request, dbs, credentials, account, "Bearer", cancellation) is not { } channel)
        {
            return NoToken();
        }

        var (template, refusal) = SandboxTemplateRequest.Read(await ReadAsync(request, cancellation), SandboxTemplates.NewId());
        return template is null ? Refuse(refusal!)
            : await templates.AddAsync(channel, template) ? Results.Json(new { id = template.Id, status = template.Status, category = template.Category })
            : Refuse(new SandboxRefusal(400, 100, "Invalid parameter", $"There is already {template.Language} content for this template. You can create a new template and try again."));
    }

    private static async Task<IResult> RemoveAsync(
        string account, HttpRequest request, IDbContextFactory<InboxDb> dbs, ChannelCredentials credentials, SandboxTemplates templates, CancellationToken cancellation, string? name = null, [FromQuery(Name = "hsm_id")] string? id = null)
        => await OwnerAsync(request, dbs, credentials, account, "Bearer", cancellation) is not { } channel ? NoToken()
            : name is null ? Refuse(SandboxRequest.Invalid("The parameter name is required."))
            : await templates.RemoveAsync(channel, name, id) ? Results.Json(new { success = true })
            : Refuse(new SandboxRefusal(400, 100, "Invalid parameter", "Message template not found."));

    private static async Task<IResult> BeginUploadAsync(
        HttpRequest request, IDbContextFactory<InboxDb> dbs, ChannelCredentials credentials, CancellationToken cancellation, [FromQuery(Name = "file_length")] long? length = null, [FromQuery(Name = "file_type")] string? type = null)
        => await OwnerAsync(request, dbs, credentials, null, "Bearer", cancellation) is null ? NoToken()
            : length is not > 0 || type is not ("image/jpeg" or "image/png" or "video/mp4" or "application/pdf") ? Refuse(SandboxRequest.Invalid("file_length and file_type (image/jpeg, image/png, video/mp4, application/pdf) are required."))
            : Results.Json(new { id = $"upload:{RandomNumberGenerator.GetHexString(24)}?sig={RandomNumberGenerator.GetHexString(8)}" });

    /// <summary>Reads the bytes and keeps nothing of them.</summary>
    private static async Task<IResult> UploadAsync(HttpRequest request, IDbContextFactory<InboxDb> dbs, ChannelCredentials credentials, CancellationToken cancellation, string? sig = null)
    {
        if (await OwnerAsync(request, dbs, credentials, null, "OAuth", cancellation) is null || sig is null || request.Headers["file_offset"] != "0")
        {
            return NoToken();
        }

        await request.Body.CopyToAsync(Stream.Null, cancellation);
        return Results.Json(new { h = $"4::{RandomNumberGenerator.GetHexString(32)}" });
    }
}
