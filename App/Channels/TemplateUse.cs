using System.Text.Json;

namespace Inbox.Channels;

/// <summary>A message that the platform approved before, with the values of this one.</summary>
/// <param name="Language">As the platform names it: <c>en_US</c>.</param>
/// <param name="Components">Header, body and buttons with their parameters, in the platform's own JSON; null when it has none.</param>
/// <param name="CardMediaIds">Uploads for the cards of a carousel, one for each, in their order; null where the components bring them, or there are no cards.</param>
/// <param name="Category">utility, marketing or authentication, as it is known here when it is sent; what a caller says of it does not count.</param>
/// <seealso href="https://developers.facebook.com/docs/whatsapp/cloud-api/guides/send-message-templates"/>
public sealed record TemplateUse(string Name, string Language, JsonElement? Components = null, IReadOnlyList<long>? CardMediaIds = null, string? Category = null)
{
    /// <summary>The category that people may stop.</summary>
    public const string Marketing = "marketing";
}
