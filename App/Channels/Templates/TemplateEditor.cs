using System.Text.Json;
using System.Text.Json.Nodes;

namespace Inbox.Channels.Templates;

/// <summary>A template while somebody writes it.</summary>
internal sealed class TemplateEditor
{
    public static readonly string[] HeaderKinds = ["none", "text", "image", "video", "document"];
    public static readonly string[] ButtonKinds = ["quick_reply", "url", "phone_number", "copy_code"];

    private readonly Dictionary<(string Part, string Name), string> _samples = [];

    public string Name { get; set; } = "";

    public string Language { get; set; } = "en_US";

    public string Category { get; set; } = "utility";

    public string HeaderKind { get; set; } = "none";

    public string HeaderText { get; set; } = "";

    public ChosenFile? HeaderFile { get; set; }

    public string Body { get; set; } = "";

    public string Footer { get; set; } = "";

    public List<ButtonEdit> Buttons { get; } = [];

    /// <summary>Side by side below the text, in the place of header, footer and buttons; none of most templates.</summary>
    public List<CardEdit> Cards { get; } = [];

    /// <summary>image or video, of all cards.</summary>
    public string CardHeader { get; set; } = "image";

    public bool HasCards => Cards.Count > 0 && Category == "marketing";

    /// <summary>Its texts are the platform's own.</summary>
    public bool IsCode => Category == TemplateRules.Authentication;

    /// <summary>A code's text ends with the advice to share it with nobody.</summary>
    public bool Advises { get; set; } = true;

    /// <summary>Minutes; null: a code says nothing of it.</summary>
    public int? CodeLasts { get; set; } = 10;

    /// <summary>The places that need a sample.</summary>
    public IEnumerable<(string Part, string Name)> Places
        => IsCode ? [] : (HeaderKind == "text" && !HasCards ? TemplateShape.PlacesOf(HeaderText).Select(name => (TemplateField.Header, name)) : [])
            .Concat(TemplateShape.PlacesOf(Body).Select(name => (TemplateField.Body, name)));

    public string SampleOf((string Part, string Name) place) => _samples.GetValueOrDefault(place, "");

    public void Sample((string Part, string Name) place, string? text) => _samples[place] = text ?? "";

    /// <summary>Puts the next number at the end of the body.</summary>
    public void AddPlace() => Body = $"{Body.TrimEnd()} {{{{{TemplateShape.PlacesOf(Body).Count + 1}}}}} ".TrimStart();

    public TemplateDraft Draft() => new(Name.Trim(), Language, Category, JsonElement.Parse(Components().ToJsonString()), !IsCode && !HasCards && HeaderKind is "image" or "video" or "document" ? HeaderFile?.Id : null,
        HasCards && Cards.TrueForAll(card => card.File is not null) ? [.. Cards.Select(card => card.File!.Id)] : null);

    /// <summary>With as many buttons of the same kinds as the others have.</summary>
    public void AddCard()
    {
        var card = new CardEdit();
        card.Buttons.AddRange(Cards.Count == 0 ? [] : Cards[0].Buttons.Select(button => new ButtonEdit { Kind = button.Kind, Text = button.Text }));
        Cards.Add(card);
    }

    public void AddCardButton() => Cards.ForEach(card => card.Buttons.Add(new ButtonEdit()));

    public void RemoveCardButton(int place) => Cards.ForEach(card => card.Buttons.RemoveAt(place));

    public void ChooseCardButton(int place, string kind) => Cards.ForEach(card => card.Buttons[place].Kind = kind);

    public TemplateShape Shape() => TemplateShape.Read(JsonElement.Parse(Components().ToJsonString()));

    private JsonArray Components()
    {
        if (IsCode)
        {
            return CodeComponents();
        }

        if (HasCards)
        {
            return [BodyPart(), new JsonObject { ["type"] = "CAROUSEL", ["cards"] = new JsonArray([.. Cards.Select(card => card.Json(CardHeader))]) }];
        }

        var parts = new JsonArray();
        if (HeaderKind == "text")
        {
            parts.Add(With(new JsonObject { ["type"] = "HEADER", ["format"] = "TEXT", ["text"] = HeaderText.Trim() }, "header_text", TemplateField.Header, HeaderText, isNested: false));
        }
        else if (HeaderKind != "none")
        {
            parts.Add(new JsonObject { ["type"] = "HEADER", ["format"] = HeaderKind.ToUpperInvariant() });
        }

        parts.Add(BodyPart());
        if (Footer.Trim() is { Length: > 0 } footer)
        {
            parts.Add(new JsonObject { ["type"] = "FOOTER", ["text"] = footer });
        }

        if (Buttons.Count > 0)
        {
            parts.Add(new JsonObject { ["type"] = "BUTTONS", ["buttons"] = new JsonArray([.. Buttons.Select(button => button.Json())]) });
        }

        return parts;
    }

    private JsonObject BodyPart() => With(new JsonObject { ["type"] = "BODY", ["text"] = Body.Trim() }, "body_text", TemplateField.Body, Body, isNested: true);

    /// <seealso href="https://developers.facebook.com/docs/whatsapp/business-management-api/authentication-templates/copy-code-button-authentication-templates"/>
    private JsonArray CodeComponents()
    {
        var parts = new JsonArray(new JsonObject { ["type"] = "BODY", ["add_security_recommendation"] = Advises });
        if (CodeLasts is { } minutes)
        {
            parts.Add(new JsonObject { ["type"] = "FOOTER", ["code_expiration_minutes"] = minutes });
        }

        parts.Add(new JsonObject { ["type"] = "BUTTONS", ["buttons"] = new JsonArray(new JsonObject { ["type"] = "OTP", ["otp_type"] = "COPY_CODE" }) });
        return parts;
    }

    private JsonObject With(JsonObject part, string key, string of, string text, bool isNested)
        => TemplateSamples.Add(part, key, text, name => SampleOf((of, name)), isNested);
}

/// <summary>Puts the samples of its places to a part, as the platform wants them.</summary>
internal static class TemplateSamples
{
    /// <param name="key">header_text or body_text.</param>
    /// <param name="isNested">The list stands in a list.</param>
    public static JsonObject Add(JsonObject part, string key, string text, Func<string, string> sampleOf, bool isNested)
    {
        var names = TemplateShape.PlacesOf(text);
        if (names.Count == 0)
        {
            return part;
        }

        if (names.Any(name => !name.All(char.IsAsciiDigit)))
        {
            part["example"] = new JsonObject { [$"{key}_named_params"] = new JsonArray([.. names.Select(name => new JsonObject { ["param_name"] = name, ["example"] = sampleOf(name) })]) };
            return part;
        }

        var samples = new JsonArray([.. names.Order(StringComparer.Ordinal).Select(name => JsonValue.Create(sampleOf(name)))]);
        part["example"] = new JsonObject { [key] = isNested ? new JsonArray(samples) : samples };
        return part;
    }
}

/// <summary>A card of a carousel while somebody writes it.</summary>
internal sealed class CardEdit
{
    private readonly Dictionary<string, string> _samples = [];

    /// <summary>What stands at its top.</summary>
    public ChosenFile? File { get; set; }

    public string Body { get; set; } = "";

    public List<ButtonEdit> Buttons { get; } = [];

    /// <summary>The places that need a sample.</summary>
    public IReadOnlyList<string> Places => TemplateShape.PlacesOf(Body);

    public string SampleOf(string name) => _samples.GetValueOrDefault(name, "");

    public void Sample(string name, string? text) => _samples[name] = text ?? "";

    /// <param name="header">image or video.</param>
    public JsonObject Json(string header)
    {
        var parts = new JsonArray(new JsonObject { ["type"] = "HEADER", ["format"] = header.ToUpperInvariant() });
        if (Body.Trim() is { Length: > 0 } body)
        {
            parts.Add(TemplateSamples.Add(new JsonObject { ["type"] = "BODY", ["text"] = body }, "body_text", body, SampleOf, isNested: true));
        }

        if (Buttons.Count > 0)
        {
            parts.Add(new JsonObject { ["type"] = "BUTTONS", ["buttons"] = new JsonArray([.. Buttons.Select(button => button.Json())]) });
        }

        return new JsonObject { ["components"] = parts };
    }
}

/// <summary>A button while somebody writes it.</summary>
internal sealed class ButtonEdit
{
    public string Kind { get; set; } = "quick_reply";

    public string Text { get; set; } = "";

    /// <summary>The address or the number.</summary>
    public string Target { get; set; } = "";

    /// <summary>What fills the address, or the code that is copied.</summary>
    public string Sample { get; set; } = "";

    public bool HasPlace => Kind == "url" && TemplateShape.PlacesOf(Target).Count > 0;

    public JsonObject Json()
    {
        if (Kind == "copy_code")
        {
            return new JsonObject { ["type"] = "COPY_CODE", ["example"] = Sample.Trim() };
        }

        var button = new JsonObject { ["type"] = Kind.ToUpperInvariant(), ["text"] = Text.Trim() };
        if (Kind == "url")
        {
            button["url"] = Target.Trim();
            if (HasPlace)
            {
                button["example"] = new JsonArray(TemplateShape.Filled(Target.Trim(), _ => Sample.Trim().Length > 0 ? Sample.Trim() : null));
            }
        }
        else if (Kind == "phone_number")
        {
            button["phone_number"] = Target.Trim();
        }

        return button;
    }
}
