using System.Text.Json;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Channels.Templates;

/// <summary>Holds a message against the template that it names, before the platform is asked.</summary>
public static class TemplateUses
{
    private const string Field = "template";
    private const string Gap = "    ";

    /// <param name="channel">Over which it goes.</param>
    /// <param name="kind">The channel's kind.</param>
    /// <param name="use">The template with the values of this message.</param>
    /// <param name="fileKind">The kind of the file that goes with it, for the header; null: none.</param>
    /// <param name="cardKinds">The kinds of the files for the cards of a carousel, in their order.</param>
    /// <returns>Null where the template is not known here, which before the first sync only the platform can say.</returns>
    /// <exception cref="RefusedException">template_not_found, template_not_approved, template_parameters_wrong, template_header_missing.</exception>
    public static async Task<CheckedTemplate?> CheckAsync(InboxDb db, Channel channel, IChannel kind, TemplateUse use, string? fileKind, IReadOnlyList<string> cardKinds, CancellationToken cancellation)
    {
        if ((kind as ITemplateChannel)?.TemplateAccountOf(channel) is not { } external
            || await db.Set<TemplateAccount>().AsNoTracking().SingleOrDefaultAsync(row => row.Kind == channel.Kind && row.ExternalId == external, cancellation) is not { } account)
        {
            return null;
        }

        var template = await db.Set<MessageTemplate>().AsNoTracking().SingleOrDefaultAsync(row => row.AccountId == account.Id && row.Name == use.Name && row.Language == use.Language, cancellation);
        if (template is null)
        {
            return account.SyncedAt is null ? null
                : throw new RefusedException("template_not_found", $"There is no template {use.Name.Cut(60)} in {use.Language.Cut(15)}. If it is new, read the templates again.", StatusCodes.Status404NotFound, $"{Field}.name");
        }

        if (template.Status != TemplateStatus.Approved)
        {
            throw new RefusedException(
                "template_not_approved", $"The template {template.Name} ({template.Language}) is {Word(template.Status)}: only approved ones can be sent.", StatusCodes.Status409Conflict, $"{Field}.name");
        }

        var shape = TemplateShape.Read(template.Components);
        return new CheckedTemplate(template.Category, shape.IsKnown ? ShownTemplate.Of(shape, Check(shape, use.Components, fileKind, cardKinds)) : null);
    }

    /// <returns>The values of the places.</returns>
    private static Dictionary<TemplateField, string> Check(TemplateShape shape, JsonElement? components, string? fileKind, IReadOnlyList<string> cardKinds)
    {
        var given = (components ?? default).Items().ToList();
        var values = new Dictionary<TemplateField, string>();
        var header = Parameters(given, TemplateField.Header, null);
        if (shape.Header?.FileKind is { } kind)
        {
            CheckFile(kind, header, fileKind);
        }
        else if (fileKind is not null)
        {
            throw Wrong("This template has no header for a file.", "media_id");
        }
        else if (shape.Header?.Format == "location")
        {
            if (header is not [var place] || place.At("location").ValueKind != JsonValueKind.Object)
            {
                throw new RefusedException("template_header_missing", "The header of this template is a place: give it as the header's parameter.", field: $"{Field}.components");
            }
        }
        else
        {
            Fill(values, shape, TemplateField.Header, 0, header);
        }

        Fill(values, shape, TemplateField.Body, 0, Parameters(given, TemplateField.Body, null));
        FillButtons(values, shape, shape.Buttons, given, null);
        CheckCards(values, shape, given, cardKinds);
        return values;
    }

    private static void FillButtons(Dictionary<TemplateField, string> values, TemplateShape shape, IReadOnlyList<TemplateButton> buttons, List<JsonElement> given, int? card)
    {
        for (var button = 0; button < buttons.Count; button++)
        {
            // What a quick reply brings back, and what a form begins with, may be left out.
            if (buttons[button].Kind is not ("quick_reply" or "flow"))
            {
                Fill(values, shape, TemplateField.OfButton, button, Parameters(given, TemplateField.OfButton, button), card);
            }
        }
    }

    private static void CheckCards(Dictionary<TemplateField, string> values, TemplateShape shape, List<JsonElement> given, IReadOnlyList<string> cardKinds)
    {
        var cards = given.Where(component => string.Equals(component.At("type").Text(), "carousel", StringComparison.OrdinalIgnoreCase)).SelectMany(component => component.At("cards").Items()).ToList();
        if (cards.Count != shape.Cards.Count && (cards.Count > 0 || shape.Fields.Any(field => field.Card is not null)))
        {
            throw Wrong($"This template has {shape.Cards.Count} cards, and {cards.Count} are given.", $"{Field}.components");
        }

        if (cardKinds.Count > 0 && cardKinds.Count != shape.Cards.Count)
        {
            throw Wrong($"This template has {shape.Cards.Count} cards: each needs its file.", $"{Field}.card_media_ids");
        }

        for (var card = 0; card < shape.Cards.Count; card++)
        {
            var parts = cards.ElementAtOrDefault(card).At("components").Items().ToList();
            CheckFile(shape.Cards[card].Header!.FileKind!, Parameters(parts, TemplateField.Header, null), cardKinds.ElementAtOrDefault(card), $"{Field}.card_media_ids");
            Fill(values, shape, TemplateField.Body, 0, Parameters(parts, TemplateField.Body, null), card);
            FillButtons(values, shape, shape.Cards[card].Buttons, parts, card);
        }
    }

    private static void CheckFile(string kind, List<JsonElement> header, string? fileKind, string where = "media_id")
    {
        if (fileKind is not null && header.Count == 0 && fileKind == kind)
        {
            return;
        }

        if (fileKind is not null || header is not [var file] || file.At("type").Text() != kind || file.At(kind) is not { ValueKind: JsonValueKind.Object } media
            || (media.At("id").Id() ?? media.At("link").Text()) is null)
        {
            throw new RefusedException("template_header_missing", $"The header of this template is a file ({kind}): upload one and give its id as {where.Split('.')[^1]}.", field: where);
        }
    }

    private static void Fill(Dictionary<TemplateField, string> values, TemplateShape shape, string part, int button, List<JsonElement> parameters, int? card = null)
    {
        var fields = shape.Fields.Where(field => field.Part == part && field.Button == button && field.Card == card).ToList();
        if (fields.Count != parameters.Count)
        {
            throw Wrong($"The {part} of this template needs {fields.Count} values, and there are {parameters.Count}.", $"{Field}.components");
        }

        for (var at = 0; at < fields.Count; at++)
        {
            var parameter = fields[at].IsNamed ? parameters.FirstOrDefault(one => one.At("parameter_name").Text() == fields[at].Name) : parameters[at];
            var written = Value(parameter);
            if (written?.Trim() is not { Length: > 0 } value)
            {
                throw Wrong($"The value {fields[at].Name} of the {part} is missing or empty.", $"{Field}.components");
            }

            if (written.AsSpan().ContainsAny('\n', '\r', '\t') || written.Contains(Gap, StringComparison.Ordinal))
            {
                throw Wrong($"The value {fields[at].Name} of the {part} has a line break, a tab or four spaces in a row; the platform takes none of these.", $"{Field}.components");
            }

            values[fields[at]] = value;
        }
    }

    private static string? Value(JsonElement parameter) => parameter.At("type").Text() switch
    {
        "text" => parameter.At("text").Text(),
        "currency" => parameter.At("currency").At("fallback_value").Text(),
        "date_time" => parameter.At("date_time").At("fallback_value").Text(),
        "coupon_code" => parameter.At("coupon_code").Text(),
        _ => null,
    };

    private static List<JsonElement> Parameters(List<JsonElement> given, string part, int? button)
        => [.. given.Where(component => string.Equals(component.At("type").Text(), part, StringComparison.OrdinalIgnoreCase) && (button is null || component.At("index").Id() == $"{button}"))
            .SelectMany(component => component.At("parameters").Items())];

    private static string Word(TemplateStatus status) => status switch
    {
        TemplateStatus.Pending => "not judged yet",
        TemplateStatus.Rejected => "rejected",
        TemplateStatus.Paused => "paused, because customers rated it badly",
        TemplateStatus.Disabled => "disabled",
        TemplateStatus.Appealed => "judged again",
        TemplateStatus.Removing => "about to be removed",
        _ => "in a state that is not known here",
    };

    private static RefusedException Wrong(string sentence, string field) => new("template_parameters_wrong", sentence, field: field);
}

/// <param name="Category">utility, marketing or authentication.</param>
/// <param name="Shown">What the customer sees; null where the template holds what is not known here.</param>
public sealed record CheckedTemplate(string Category, ShownTemplate? Shown);
