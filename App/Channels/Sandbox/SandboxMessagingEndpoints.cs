using Inbox.Data;
using Microsoft.EntityFrameworkCore;
using static Inbox.Channels.Sandbox.SandboxEndpoints;
using static Inbox.Channels.Sandbox.SandboxMessagingRequest;

namespace Inbox.Channels.Sandbox;

/// <summary>The stand-in of what Messenger and Instagram have beside sends: uploads, fresh tokens, and the files that customers send.</summary>
internal static class SandboxMessagingEndpoints
{
    private const string Picture = "cup.png";

    public static void Map(RouteGroupBuilder sandbox)
    {
        sandbox.MapPost("/graph/{version}/{account}/message_attachments", UploadAsync);
        sandbox.MapGet("/graph/refresh_access_token", (string? grant_type, HttpContext context)
            => AboutAsync(context, channel => grant_type == "ig_refresh_token" ? SandboxAccounts.Refresh(channel, context.Request.Headers.Authorization.ToString()["Bearer ".Length..]) : null));
        sandbox.MapGet($"/files/{Picture}", () => Results.Stream(
            typeof(SandboxMessagingEndpoints).Assembly.GetManifestResourceStream($"Inbox.Samples.{Picture}") ?? throw new InvalidOperationException($"No resource {Picture}."), "image/png"));
    }

    /// <summary><c>POST /{version}/{account}/messages</c>.</summary>
    public static async Task<IResult> SendAsync(HttpContext context, Channel channel, byte[] body, CancellationToken cancellation)
    {
        var services = context.RequestServices;
        var customers = services.GetRequiredService<SandboxCustomers>();
        var call = Read(channel, body);
        if (call.Refusal is { } refusal)
        {
            return Refuse(refusal);
        }

        if (call.Action is { } action)
        {
            Show(channel, action, customers, services.GetRequiredService<SandboxSends>());
            return Results.Json(new { recipient_id = action.To });
        }

        var send = call.Send!;
        if (!customers.MayBeAnswered(channel, send.To, call.AsHuman))
        {
            return Refuse(Error(10, channel.Kind == SandboxChannels.Instagram ? 2534022 : 2018278, "This message is sent outside of allowed window."));
        }

        if (call.AttachmentId is { } id && !SandboxUploads.Has(channel, id))
        {
            return Refuse(Error(100, 2018047, "Upload attachment failure."));
        }

        if (call.Address is { } address && !await services.GetRequiredService<SandboxUploads>().IsThereAsync(address, cancellation))
        {
            return Refuse(Error(100, 2018008, "Failed to fetch the file from the url"));
        }

        return await TakeAsync(context, channel, send, taken => Results.Json(new { recipient_id = taken.To, message_id = taken.Id }), cancellation);
    }

    private static void Show(Channel channel, SandboxAction action, SandboxCustomers customers, SandboxSends sends)
    {
        if (action.MessageId is { } about)
        {
            customers.Felt(channel, about, action.Name == "react" ? "❤️" : null);
        }
        else if (action.Name != "typing_off")
        {
            sends.Add(channel.Id, new SandboxSign("", action.Name == "typing_on"));
        }
    }

    private static async Task<IResult> UploadAsync(
        string account, HttpContext context, IDbContextFactory<InboxDb> dbs, ChannelCredentials credentials, CancellationToken cancellation)
    {
        if (await AccountAsync(context.Request, dbs, credentials, account, cancellation) is not { Kind: SandboxChannels.Messenger } channel)
        {
            return NoToken();
        }

        TakesUpload(context);
        if (!context.Request.HasFormContentType)
        {
            return Refuse(Wrong("The body must be multipart/form-data."));
        }

        var form = await context.Request.ReadFormAsync(cancellation);
        return form.Files is not [{ Name: "filedata", Length: > 0 }] ? Refuse(Error(100, 2018047, "Upload attachment failure."))
            : TypeOf(form["message"].ToString()) is not { } type || !SandboxMessagingContent.Files.Contains(type) ? Refuse(Wrong("Param message[attachment][type] is not one that is documented."))
            : Results.Json(new { attachment_id = SandboxUploads.Add(channel) });
    }

    /// <returns>Null for what is not in the documented shape.</returns>
    private static string? TypeOf(string message)
    {
        try
        {
            using var document = JsonText.Parse(System.Text.Encoding.UTF8.GetBytes(message));
            var attachment = document.RootElement.At("attachment");
            return attachment.At("payload").ValueKind == System.Text.Json.JsonValueKind.Object ? attachment.At("type").Text() : null;
        }
        catch (UnreadableDeliveryException)
        {
            return null;
        }
    }
}
