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

    public async Task<(SubmittedTemplate? Submitted, TemplateFailure? Failure)> SubmitTemplateAsync(Channel channel, TemplateDraft draft, OutboundFile? sample, IReadOnlyList<OutboundFile> cardSamples, CancellationToken cancellation)
    {
        if (credentials.TokenOf(channel) is not { } token)
        {
            return (null, NoToken);
        }

        var handles = new List<string>();
        foreach (var file in sample is null ? cardSamples : [sample, .. cardSamples])
        {
            var (handle, failure) = await templates.UploadAsync(channel, token, file, cancellation);
            if (handle is null)
            {
                return (null, failure);
            }

            handles.Add(handle);
        }

        return await templates.SubmitAsync(channel, token, draft, sample is null ? null : handles[0], handles[(sample is null ? 0 : 1)..], cancellation);
    }

    public async Task<TemplateFailure?> RemoveTemplateAsync(Channel channel, string name, string externalId, CancellationToken cancellation)
        => credentials.TokenOf(channel) is { } token ? await templates.RemoveAsync(channel, token, name, externalId, cancellation) : NoToken;
}
