using System.Text.Json;
using System.Text.RegularExpressions;
using Inbox.Tenancy;

namespace Inbox.Channels.Website;

public sealed partial class WebsiteChannel : IConnectableChannel
{
    private const int MostOrigins = 50;

    public bool HasExternalId => false;

    public IReadOnlyList<ChannelField> Fields { get; } =
    [
        new("allowed_origins", IsSecret: false, IsRequired: true, HasLines: true),
        new("greeting", IsSecret: false, IsRequired: false),
        new("color", IsSecret: false, IsRequired: false),
    ];

    public void Apply(Channel channel, IReadOnlyDictionary<string, JsonElement> values)
    {
        var settings = WebsiteSettings.Of(channel);
        if (values.TryGetValue("allowed_origins", out var origins))
        {
            settings = settings with { AllowedOrigins = Origins(origins) };
        }

        if (values.TryGetValue("greeting", out var greeting))
        {
            settings = settings with { Greeting = greeting.ToString() is { Length: <= WebsiteRules.LongestText } text ? text : throw Wrong("greeting", $"The greeting has at most {WebsiteRules.LongestText} characters.") };
        }

        if (values.TryGetValue("color", out var color))
        {
            settings = settings with
            {
                Color = color.ToString() is not { Length: > 0 } hex ? null : HexColour.IsValid(hex) ? hex.ToLowerInvariant() : throw Wrong("color", "The colour is # and six hexadecimal digits."),
            };
        }

        if (values.TryGetValue("side", out var side))
        {
            settings = settings with { Side = side.ToString() is "left" or "right" ? side.ToString() : throw Wrong("side", "side is left or right.") };
        }

        settings = settings with
        {
            Texts = values.TryGetValue("texts", out var texts) ? WebsiteRules.Texts(texts) : settings.Texts,
            PreChat = values.TryGetValue("pre_chat", out var form) ? WebsiteRules.PreChat(form) : settings.PreChat,
            Articles = values.TryGetValue("articles", out var articles) ? WebsiteRules.Articles(articles) : settings.Articles,
        };

        channel.Settings = settings.ToJson();
    }

    public IReadOnlyDictionary<string, string> Read(Channel channel)
    {
        var settings = WebsiteSettings.Of(channel);
        return new Dictionary<string, string>
        {
            ["allowed_origins"] = string.Join('\n', settings.AllowedOrigins),
            ["greeting"] = settings.Greeting ?? "",
            ["color"] = settings.Color ?? "",
        };
    }

    public string? Snippet(Channel channel, PublicAddress address)
        => $"<script async src=\"{address.Of("/widget.js")}\" data-tenant=\"{channel.ExternalId}\"></script>";

    public string? SettingsPage(Channel channel) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/channels/{channel.Id}/website");

    public bool IsReady(Channel channel) => WebsiteSettings.Of(channel).AllowedOrigins.Count > 0;

    public string? DemoPage(Channel channel) => $"/widget-demo?tenant={channel.ExternalId}";

    /// <summary>A list, or text with one origin a line.</summary>
    private static List<string> Origins(JsonElement given)
    {
        var lines = given.ValueKind == JsonValueKind.Array
            ? given.EnumerateArray().Select(origin => origin.ToString())
            : given.ToString().Split(['\n', ',', ' '], StringSplitOptions.RemoveEmptyEntries);
        var origins = lines.Select(line => line.Trim().TrimEnd('/')).Where(line => line.Length > 0).Distinct().ToList();
        if (origins.Count is 0 or > MostOrigins)
        {
            throw Wrong("allowed_origins", $"Name 1 to {MostOrigins} pages, for example https://www.shop.example.");
        }

        return origins.Find(origin => origin != "*" && !IsOrigin(origin)) is { } wrong
            ? throw Wrong("allowed_origins", $"{wrong} is no origin. Write the scheme and the host, for example https://www.shop.example.")
            : origins;
    }

    private static bool IsOrigin(string text)
        => Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp)
            && string.Equals(uri.GetLeftPart(UriPartial.Authority), text, StringComparison.OrdinalIgnoreCase);

    private static RefusedException Wrong(string field, string detail) => new("invalid_value", detail, field: field);
}
