using Inbox.Channels.Meta;
using Inbox.Channels.Outbound;
using Inbox.Channels.Templates;

namespace Inbox.Channels.WhatsApp;

public sealed partial class WhatsAppChannel : ITemplateChannel
{
    private static readonly TemplateFailure NoToken = new("The channel has no valid access token. An administrator must connect it again.");

    public string? TemplateAccountOf(Channel channel) => channel.GroupId;

    public async Task<(IReadOnlyList<PlatformTemplate>? Templates, TemplateFailure? Failure)> ListTemplatesAsync(Channel channel, CancellationToken cancellation)
        => credentials.TokenOf(channel) is { } token ? await templates.ListAsync(channel, token, cancellation) : (null, NoToken);

    public async Task<(SubmittedTemplate? Submitted, TemplateFailure? Failure)> SubmitTemplateAsync(Channel channel, TemplateDraft draft, OutboundFile? sample, CancellationToken cancellation)
    {
        if (credentials.TokenOf(channel) is not { } token)
        {
            return (null, NoToken);
        }

        var (handle, failure) = sample is null ? (null, null) : await templates.UploadAsync(channel, token, sample, cancellation);
        return failure is null ? await templates.SubmitAsync(channel, token, draft, handle, cancellation) : (null, failure);
    }

    public async Task<TemplateFailure?> RemoveTemplateAsync(Channel channel, string name, string externalId, CancellationToken cancellation)
        => credentials.TokenOf(channel) is { } token ? await templates.RemoveAsync(channel, token, name, externalId, cancellation) : NoToken;
}
