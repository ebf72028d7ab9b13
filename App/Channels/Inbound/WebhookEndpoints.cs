using Inbox.Access.Http;

namespace Inbox.Channels.Inbound;

public static class WebhookEndpoints
{
    /// <summary>
    /// Answers webhooks before anything else looks at the request: they come in crowds, and each step of the pipeline costs
    /// all of them. Everything else only has its endpoint sooner.
    /// </summary>
    public static void UseWebhooks(this IApplicationBuilder app)
    {
        app.UseFailureAnswers();
        app.UseRouting();
    }

    public static void MapWebhooks(this IEndpointRouteBuilder app)
    {
        // No credential and no antiforgery: the signature is the right. Whoever is signed in does not matter, so what finds
        // that out is passed by.
        var webhooks = app.MapGroup("/webhooks/{kind}").WithTags("Webhooks").AllowAnonymous().DisableAntiforgery();
        webhooks.ShortCircuit();
        var receiver = app.ServiceProvider.GetRequiredService<WebhookReceiver>();
        webhooks.MapGet("/{tenant?}", receiver.HandshakeAsync).WithSummary("Answers a platform's check of the address").Refuses("invalid_verify_token", "channel_kind_not_found");
        webhooks.MapPost("/{tenant?}", receiver.ReceiveAsync).WithSummary("Receives a platform's signed webhook")
            .Refuses("invalid_signature", "channel_kind_not_found", "body_too_large", "unsupported_encoding", "storage_unavailable");
    }
}
