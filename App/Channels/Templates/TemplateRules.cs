using System.Text.Json;
using System.Text.RegularExpressions;
using Inbox.Shell.Ui;
using Inbox.Tenancy;

namespace Inbox.Channels.Templates;

/// <summary>What a platform takes as a template, so that most mistakes are told at once and not by a rejection tomorrow.</summary>
/// <seealso href="https://developers.facebook.com/docs/whatsapp/business-management-api/message-templates/components"/>
internal static partial class TemplateRules
{
    public const int LongestHeader = 60;
    public const int LongestBody = 1024;
    public const int LongestFooter = 60;
    public const int LongestButton = 25;
    public const int MostButtons = 10;
    public const int LongestCodeMinutes = 90;
    public const string Authentication = "authentication";

    private const int MostLinks = 2;
    private const int LongestUrl = 2000;
    private const int LongestPhone = 20;
    private const int LongestComponents = 32_000;

    public static readonly string[] Categories = ["utility", "marketing", Authentication];

    /// <exception cref="RefusedException">invalid_value.</exception>
    public static void Check(TemplateDraft draft)
    {
        if (!Name().IsMatch(draft.Name))
        {
            throw Invalid("name", $"A name has 1 to {MessageTemplate.LongestName} small letters, digits and underscores.");
        }

        if (!Language().IsMatch(draft.Language))
        {
            throw Invalid("language", "A language is written like en, en_US or pt_BR.");
        }

        if (!Categories.Contains(draft.Category))
        {
            throw Invalid("category", $"category is {string.Join(", ", Categories)}.");
        }

        if (draft.Components.ValueKind != JsonValueKind.Array || draft.Components.GetRawText().Length > LongestComponents)
        {
            throw Invalid("components", $"components is a list of at most {LongestComponents} characters.");
        }

        var types = draft.Components.Items().Select(part => part.At("type").Text() ?? "").ToList();
        if (types.Distinct().Count() < types.Count || types.Exists(type => type is not ("HEADER" or "BODY" or "FOOTER" or "BUTTONS" or "CAROUSEL")) || !types.Contains("BODY"))
        {
            throw Invalid("components", "A template has a BODY, and at most one HEADER, FOOTER, BUTTONS and CAROUSEL.");
        }

        if (draft.Category == Authentication)
        {
            CheckCode(draft);
        }
        else
        {
            Check(TemplateShape.Read(draft.Components), draft);
        }
    }

    /// <summary>A code to sign in has texts that the platform writes; it judges the rest too.</summary>
    private static void CheckCode(TemplateDraft draft)
    {
        if (draft.Components.Items().Any(part => part.At("type").Text() == "CAROUSEL"))
        {
            throw Invalid("components", "A code has no cards.");
        }

        foreach (var part in draft.Components.Items())
        {
            if (part.At("code_expiration_minutes") is { ValueKind: not JsonValueKind.Undefined } lasts && !(lasts.ValueKind == JsonValueKind.Number && lasts.TryGetInt32(out var minutes) && minutes is >= 1 and <= LongestCodeMinutes))
            {
                throw Invalid("components", $"A code expires in 1 to {LongestCodeMinutes} minutes.");
            }
        }
    }

    private static void Check(TemplateShape shape, TemplateDraft draft)
    {
        Header(shape, draft);
        Line(shape.Body, LongestBody, "body");
        Places(shape, TemplateField.Body, shape.Body, null);
        if (Edge().IsMatch(shape.Body) || Neighbours().IsMatch(shape.Body))
        {
            throw Invalid("components", "The body does not begin or end with a place to fill, and between two of them are words.");
        }

        if (shape.Footer is { } footer)
        {
            Line(footer, LongestFooter, "footer");
            if (TemplateShape.PlacesOf(footer).Count > 0)
            {
                throw Invalid("components", "A footer has no places to fill.");
            }
        }

        if (shape.Buttons.Count > MostButtons || shape.Buttons.Count(button => button.Kind == "url") > MostLinks || shape.Buttons.Count(button => button.Kind == "phone_number") > 1)
        {
            throw Invalid("components", $"There are at most {MostButtons} buttons, of them {MostLinks} links and one call.");
        }

        Buttons(shape, shape.Buttons, null);
        Cards(shape, draft);
    }

    private static void Header(TemplateShape shape, TemplateDraft draft)
    {
        if (shape.Header is not { } header)
        {
            return;
        }

        if (header.Format == "text")
        {
            Line(header.Text, LongestHeader, "header");
            Places(shape, TemplateField.Header, header.Text!, null);
            if (TemplateShape.PlacesOf(header.Text).Count > 1)
            {
                throw Invalid("components", "A header has one place to fill at most.");
            }
        }
        else if (header.FileKind is null && header.Format != "location")
        {
            throw Invalid("components", "The format of a header is TEXT, IMAGE, VIDEO, DOCUMENT or LOCATION.");
        }
        else if (header.FileKind is not null && draft.SampleId is null
            && !draft.Components.Items().Any(part => part.At("example").At("header_handle").Items().Any(handle => handle.Text() is { Length: > 0 })))
        {
            throw Invalid("header_media_id", "A header that is a file needs one as a sample: upload it and give its id as header_media_id.");
        }
    }

    /// <param name="shape">Where the samples are.</param>
    /// <param name="buttons">Of the whole, or of a card.</param>
    /// <param name="card">The card's place; null: of the whole.</param>
    private static void Buttons(TemplateShape shape, IReadOnlyList<TemplateButton> buttons, int? card)
    {
        for (var at = 0; at < buttons.Count; at++)
        {
            var button = buttons[at];
            if (button.Kind != "copy_code")
            {
                Line(button.Text, LongestButton, "button");
            }

            switch (button.Kind)
            {
                case "url":
                    var places = TemplateShape.PlacesOf(button.Target);
                    if (button.Target is not { Length: <= LongestUrl } url || !WebAddresses.IsAddress(TemplateShape.Filled(url, _ => "x")) || places.Count > 1 || (places.Count == 1 && !url.TrimEnd().EndsWith("}}", StringComparison.Ordinal)))
                    {
                        throw Invalid("components", "A link is an https address with one place to fill at most, at its end.");
                    }

                    break;
                case "phone_number" when button.Target is not { Length: > 4 and <= LongestPhone }:
                    throw Invalid("components", "A call needs a phone number with the country's code.");
                case "quick_reply" or "phone_number" or "copy_code" or "flow":
                    break;
                default:
                    throw Invalid("components", "A button is a QUICK_REPLY, URL, PHONE_NUMBER, COPY_CODE or FLOW.");
            }

            if (shape.Fields.Any(field => field.Part == TemplateField.OfButton && field.Card == card && field.Button == at && string.IsNullOrWhiteSpace(field.Sample)))
            {
                throw Invalid("components", $"The button {at + 1} needs a sample of what fills it.");
            }
        }
    }

    /// <summary>Numbered from 1 without gaps or by name, and each with a sample.</summary>
    private static void Places(TemplateShape shape, string part, string text, int? card)
    {
        if (TemplateShape.Filled(text, _ => "").Contains("{{", StringComparison.Ordinal))
        {
            throw Invalid("components", $"Braces in the {part} stand around a number or a word.");
        }

        var fields = shape.Fields.Where(field => field.Part == part && field.Card == card).ToList();
        if (fields.Exists(field => field.IsNamed) && fields.Exists(field => !field.IsNamed))
        {
            throw Invalid("components", $"The places of the {part} have numbers or words, not both.");
        }

        if (!fields.Exists(field => field.IsNamed) && !fields.Select(field => field.Name).Order(StringComparer.Ordinal).SequenceEqual(Enumerable.Range(1, fields.Count).Select(number => $"{number}").Order(StringComparer.Ordinal)))
        {
            throw Invalid("components", $"The places of the {part} are numbered from 1 without gaps.");
        }

        if (fields.Find(field => string.IsNullOrWhiteSpace(field.Sample)) is { } bare)
        {
            throw Invalid("components", $"The place {bare.Name} of the {part} needs a sample.");
        }
    }

    private static void Line(string? text, int longest, string part)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Length > longest)
        {
            throw Invalid("components", $"The {part} has 1 to {longest} characters.");
        }
    }

    private static RefusedException Invalid(string field, string sentence) => new("invalid_value", sentence, field: field);

    [GeneratedRegex(@"^[a-z0-9_]{1,512}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    [GeneratedRegex(@"^[a-z]{2,3}(_[A-Z]{2,3})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Language();

    [GeneratedRegex(@"^\s*\{\{[^{}]*\}\}|\{\{[^{}]*\}\}\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Edge();

    [GeneratedRegex(@"\}\}\s*\{\{", RegexOptions.CultureInvariant)]
    private static partial Regex Neighbours();
}
