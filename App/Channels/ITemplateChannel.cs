using Inbox.Channels.Outbound;
using Inbox.Channels.Templates;

namespace Inbox.Channels;

/// <summary>A kind whose platform keeps messages that it approves before they may be sent. None of these throws for what the platform or the network does.</summary>
public interface ITemplateChannel : IChannel
{
    /// <summary>The platform's id of what holds the templates, which several channels may share; null where the channel does not name it.</summary>
    string? TemplateAccountOf(Channel channel);

    /// <summary>All that the account has.</summary>
    Task<(IReadOnlyList<PlatformTemplate>? Templates, TemplateFailure? Failure)> ListTemplatesAsync(Channel channel, CancellationToken cancellation);

    /// <summary>Hands in a template for approval.</summary>
    /// <param name="sample">Shown to who judges it, for a header that is a file.</param>
    /// <param name="cardSamples">The same for the cards of a carousel, in their order.</param>
    Task<(SubmittedTemplate? Submitted, TemplateFailure? Failure)> SubmitTemplateAsync(Channel channel, TemplateDraft draft, OutboundFile? sample, IReadOnlyList<OutboundFile> cardSamples, CancellationToken cancellation);

    /// <summary>Removes one language of a template for good.</summary>
    /// <returns>Null when it is gone.</returns>
    Task<TemplateFailure?> RemoveTemplateAsync(Channel channel, string name, string externalId, CancellationToken cancellation);
}

/// <summary>A template as the platform has it.</summary>
/// <param name="Category">Lower case: utility, marketing, authentication.</param>
/// <param name="Reason">Why it was rejected; null where there is nothing to say.</param>
/// <param name="Quality">Lower case: green, yellow, red; null while customers have said nothing.</param>
/// <param name="Components">The platform's JSON of header, body, footer and buttons.</param>
public sealed record PlatformTemplate(
    string ExternalId, string Name, string Language, string Category, TemplateStatus Status, string? Reason, string? Quality, string Components);

/// <summary>What the platform said to a new template.</summary>
/// <param name="Category">Null: the one that was asked for.</param>
public sealed record SubmittedTemplate(string ExternalId, TemplateStatus Status, string? Category);

/// <param name="Detail">For people: what is wrong and what to do.</param>
/// <param name="IsOutage">The platform is away; the same may work later.</param>
public sealed record TemplateFailure(string Detail, bool IsOutage = false);

/// <summary>What a platform tells of a template by itself. Null: nothing new.</summary>
/// <param name="ExternalId">The platform's id of the template.</param>
/// <param name="Name">With the language it names the template too: news may come before the answer that brings its id.</param>
public sealed record TemplateNews(string ExternalId, string? Name, string? Language, TemplateStatus? Status = null, string? Reason = null, string? Quality = null, string? Category = null);
