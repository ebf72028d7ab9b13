using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Inbox.Data;
using Inbox.Shell.Ui;
using Inbox.Tenancy;

namespace Inbox.Channels.Website;

/// <summary>What may stand in the settings of a website chat, part by part.</summary>
internal static partial class WebsiteRules
{
    public const int MostFields = 10;
    public const int MostChoices = 50;
    public const int MostArticles = 10;
    public const int LongestText = 300;
    public const int LongestLabel = 100;
    public const int LongestConsent = 500;
    public const int LongestChoice = 100;
    public const int LongestTitle = 120;
    public const int LongestUrl = 1000;

    private const int MostLanguages = 20;

    private static readonly string[] Shows = [PreChatForm.Always, PreChatForm.Closed, PreChatForm.Never];

    /// <exception cref="RefusedException">invalid_value.</exception>
    public static IReadOnlyDictionary<string, WebsiteTexts> Texts(JsonElement given)
    {
        var texts = Read(given, WebsiteJson.Default.DictionaryStringWebsiteTexts, "texts") ?? [];
        Must(texts.Count <= MostLanguages && texts.Keys.All(LanguageTag.IsValid), "texts", $"Texts stand under language tags such as en or pt-BR, at most {MostLanguages}.");
        foreach (var (language, said) in texts)
        {
            Must(said is not null && new[] { said.Greeting, said.Offline, said.Away, said.Form }.All(text => text is null or { Length: <= LongestText }), $"texts.{language}", $"A text has at most {LongestText} characters.");
        }

        return texts.ToDictionary(entry => entry.Key, entry => new WebsiteTexts(Said(entry.Value.Greeting), Said(entry.Value.Offline), Said(entry.Value.Away), Said(entry.Value.Form)))
            .Where(entry => !entry.Value.IsEmpty).ToDictionary();
    }

    /// <exception cref="RefusedException">invalid_value.</exception>
    public static PreChatForm? PreChat(JsonElement given)
    {
        if (Read(given, WebsiteJson.Default.PreChatForm, "pre_chat") is not { } form)
        {
            return null;
        }

        Must(Shows.Contains(form.Show), "pre_chat.show", "show is always, closed or never.");
        Must(form.Fields is { Count: <= MostFields }, "pre_chat.fields", $"The form has at most {MostFields} fields.");
        var fields = form.Fields!.Select((field, place) => Checked(field, $"pre_chat.fields.{place}")).ToList();
        Must(fields.Select(field => field.Key).Distinct().Count() == fields.Count, "pre_chat.fields", "Each key stands once.");
        return form with { Fields = fields };
    }

    /// <exception cref="RefusedException">invalid_value.</exception>
    public static IReadOnlyList<ArticleLink> Articles(JsonElement given)
    {
        var articles = Read(given, WebsiteJson.Default.ListArticleLink, "articles") ?? [];
        Must(articles.Count <= MostArticles, "articles", $"There are at most {MostArticles} articles.");
        foreach (var (article, place) in articles.Select((article, place) => (article, place)))
        {
            Must(article?.Title?.Trim() is { Length: > 0 and <= LongestTitle }, $"articles.{place}.title", $"An article has a title of at most {LongestTitle} characters.");
            Must(article!.Url is { Length: <= LongestUrl } && WebAddresses.IsAddress(article.Url), $"articles.{place}.url", "The address of an article begins with https:// or http://.");
        }

        return [.. articles.Select(article => new ArticleLink(article.Title.Trim(), article.Url.Trim()))];
    }

    private static PreChatField Checked(PreChatField? field, string at)
    {
        Must(field is not null && PreChatField.Kinds.Contains(field.Kind), $"{at}.kind", $"kind is {string.Join(", ", PreChatField.Kinds)}.");
        var key = field!.Kind is PreChatField.Name or PreChatField.Email ? field.Kind : field.Key;
        Must(key is not null && Key().IsMatch(key), $"{at}.key", "A key has 1 to 40 lower-case letters, digits and underscores and begins with a letter.");
        Must(field.Kind is PreChatField.Name or PreChatField.Email || key is not (PreChatField.Name or PreChatField.Email), $"{at}.key", "The keys name and email are for these kinds.");
        var labels = (field.Labels ?? new Dictionary<string, string>()).Where(label => !string.IsNullOrWhiteSpace(label.Value)).ToDictionary(label => label.Key, label => label.Value.Trim());
        var longest = field.Kind == PreChatField.Consent ? LongestConsent : LongestLabel;
        Must(labels.Count <= MostLanguages && labels.All(label => LanguageTag.IsValid(label.Key) && label.Value.Length <= longest), $"{at}.labels", $"Labels stand under language tags and have at most {longest} characters.");
        Must(labels.Count > 0 || field.Kind is PreChatField.Name or PreChatField.Email or PreChatField.Phone, $"{at}.labels", "The field needs a label.");
        List<string>? choices = field.Kind == PreChatField.List ? [.. (field.Choices ?? []).Where(choice => !string.IsNullOrWhiteSpace(choice)).Select(choice => choice.Trim()).Distinct()] : null;
        Must(choices is null || (choices.Count is > 0 and <= MostChoices && choices.TrueForAll(choice => choice.Length <= LongestChoice)), $"{at}.choices", $"A list has 1 to {MostChoices} choices of at most {LongestChoice} characters.");
        return new PreChatField(key!, field.Kind, field.Required, labels, choices);
    }

    private static T? Read<T>(JsonElement given, JsonTypeInfo<T> type, string field) where T : class
    {
        try
        {
            return given.ValueKind == JsonValueKind.Null ? null : given.Deserialize(type);
        }
        catch (JsonException)
        {
            throw new RefusedException("invalid_value", $"{field} is in another shape.", field: field);
        }
    }

    private static string? Said(string? text) => text?.Trim() is { Length: > 0 } said ? said : null;

    private static void Must(bool holds, string field, string why)
    {
        if (!holds)
        {
            throw new RefusedException("invalid_value", why, field: field.Cut(100));
        }
    }

    [GeneratedRegex(@"^[a-z][a-z0-9_]{0,39}\z")]
    private static partial Regex Key();
}
