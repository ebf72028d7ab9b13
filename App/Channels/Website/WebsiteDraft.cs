using System.Text.Json;

namespace Inbox.Channels.Website;

/// <summary>The settings of a website chat while they are edited: what stands in the fields, right or wrong.</summary>
public sealed class WebsiteDraft
{
    public sealed class TextsDraft
    {
        public string? Greeting { get; set; }

        public string? Offline { get; set; }

        public string? Away { get; set; }

        public string? Form { get; set; }

        internal WebsiteTexts View => new(Said(Greeting), Said(Offline), Said(Away), Said(Form));

        private static string? Said(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
    }

    public sealed class FieldDraft
    {
        public string Key { get; set; } = "";

        public string Kind { get; set; } = PreChatField.Text;

        public bool Required { get; set; }

        /// <summary>By language.</summary>
        public Dictionary<string, string> Labels { get; init; } = [];

        /// <summary>A line each.</summary>
        public string Choices { get; set; } = "";

        public bool HasKey => Kind is not (PreChatField.Name or PreChatField.Email or PreChatField.Consent);

        internal PreChatField View => new(
            Kind is PreChatField.Name or PreChatField.Email ? Kind : Key.Trim(), Kind, Required, Labels.Where(label => !string.IsNullOrWhiteSpace(label.Value)).ToDictionary(),
            Kind == PreChatField.List ? Choices.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : null);
    }

    public sealed class ArticleDraft
    {
        public string Title { get; set; } = "";

        public string Url { get; set; } = "";
    }

    public string Name { get; set; } = "";

    /// <summary>Empty: the business's.</summary>
    public string Color { get; set; } = "";

    public string Side { get; set; } = "right";

    /// <summary>By language, the first one first.</summary>
    public required IReadOnlyDictionary<string, TextsDraft> Texts { get; init; }

    public string Show { get; set; } = PreChatForm.Never;

    public List<FieldDraft> Fields { get; init; } = [];

    public List<ArticleDraft> Articles { get; init; } = [];

    /// <summary>A line each.</summary>
    public string Origins { get; set; } = "";

    /// <param name="languages">Of the business; texts in others are kept too.</param>
    public static WebsiteDraft Of(Channel channel, IReadOnlyList<string> languages)
    {
        var settings = WebsiteSettings.Of(channel);
        var tags = languages.Concat(settings.Texts.Keys).DefaultIfEmpty("en").Distinct().ToList();
        var texts = tags.ToDictionary(tag => tag, tag => settings.Texts.GetValueOrDefault(tag) is { } said
            ? new TextsDraft { Greeting = said.Greeting, Offline = said.Offline, Away = said.Away, Form = said.Form }
            : new TextsDraft());
        texts[tags[0]].Greeting ??= settings.Greeting;
        return new WebsiteDraft
        {
            Name = channel.Name,
            Color = settings.Color ?? "",
            Side = settings.Side,
            Texts = texts,
            Show = settings.PreChat?.Show ?? PreChatForm.Never,
            Fields = [.. (settings.PreChat?.Fields ?? []).Select(field => new FieldDraft
            {
                Key = field.Key,
                Kind = field.Kind,
                Required = field.Required,
                Labels = field.Labels?.ToDictionary() ?? [],
                Choices = string.Join('\n', field.Choices ?? []),
            })],
            Articles = [.. settings.Articles.Select(article => new ArticleDraft { Title = article.Title, Url = article.Url })],
            Origins = string.Join('\n', settings.AllowedOrigins),
        };
    }

    /// <summary>One more field, with a key that none has.</summary>
    public void AddField(string kind)
    {
        var key = Enumerable.Range(1, WebsiteRules.MostFields + 1).Select(number => $"{kind}_{number}").First(key => Fields.TrueForAll(field => field.Key != key));
        Fields.Add(new FieldDraft { Key = kind is PreChatField.Name or PreChatField.Email ? kind : key, Kind = kind });
    }

    /// <summary>As the API takes them.</summary>
    public IReadOnlyDictionary<string, JsonElement> Values()
    {
        var values = new Dictionary<string, JsonElement>
        {
            ["greeting"] = JsonSerializer.SerializeToElement(Texts.Values.First().Greeting?.Trim() ?? ""),
            ["color"] = JsonSerializer.SerializeToElement(Color.Trim()),
            ["side"] = JsonSerializer.SerializeToElement(Side),
            ["texts"] = JsonSerializer.SerializeToElement(SaidTexts(), WebsiteJson.Default.DictionaryStringWebsiteTexts),
            ["pre_chat"] = JsonSerializer.SerializeToElement(Form(), WebsiteJson.Default.PreChatForm),
            ["articles"] = JsonSerializer.SerializeToElement([.. Links()], WebsiteJson.Default.ListArticleLink),
        };
        if (!string.IsNullOrWhiteSpace(Origins))
        {
            values["allowed_origins"] = JsonSerializer.SerializeToElement(Origins);
        }

        return values;
    }

    /// <summary>As the widget would read it if it were saved now.</summary>
    /// <param name="scene">home, form or chat.</param>
    public string Preview(WidgetFacts facts, string language, string scene)
    {
        var kind = new WebsiteChannel();
        var settings = new WidgetSettings(
            Name, Texts.Values.First().Greeting, Color is { Length: 7 } ? Color : facts.Color, Side, kind.Capabilities.TextLimit, 0, null, facts.AgentsOnline, kind.Capabilities.Files,
            [], SaidTexts(), Form() is { } form ? form with { Show = PreChatForm.Always } : null, [.. Links()], facts.Hours);
        return JsonSerializer.Serialize(new WidgetPreviewScene(settings, language, scene), WebsiteJson.Default.WidgetPreviewScene);
    }

    // The greeting in the first language is that of all languages without one.
    private Dictionary<string, WebsiteTexts> SaidTexts()
        => Texts.Select((entry, place) => (entry.Key, View: place == 0 ? entry.Value.View with { Greeting = null } : entry.Value.View)).Where(entry => !entry.View.IsEmpty).ToDictionary(entry => entry.Key, entry => entry.View);

    private PreChatForm? Form() => Fields.Count == 0 ? null : new PreChatForm(Show, [.. Fields.Select(field => field.View)]);

    private IEnumerable<ArticleLink> Links() => Articles.Where(article => article.Title.Length > 0 || article.Url.Length > 0).Select(article => new ArticleLink(article.Title.Trim(), article.Url.Trim()));
}

/// <summary>What the frame of the preview shows.</summary>
internal sealed record WidgetPreviewScene(WidgetSettings Settings, string Locale, string Scene);
