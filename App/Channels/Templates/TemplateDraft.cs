using System.Text.Json;

namespace Inbox.Channels.Templates;

/// <summary>A template to hand in.</summary>
/// <param name="Name">Small letters, digits and underscores.</param>
/// <param name="Language">As the platform names it: <c>en_US</c>.</param>
/// <param name="Category">utility, marketing or authentication.</param>
/// <param name="Components">The platform's list of header, body, footer and buttons, each place with a sample.</param>
/// <param name="SampleId">An upload of the caller's that shows what the header's file looks like.</param>
/// <param name="CardSampleIds">The same for the cards of a carousel, in their order; null: there are none, or their components name them.</param>
public sealed record TemplateDraft(string Name, string Language, string Category, JsonElement Components, long? SampleId = null, IReadOnlyList<long>? CardSampleIds = null);
