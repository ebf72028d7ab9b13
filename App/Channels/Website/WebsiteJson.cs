using System.Text.Json;
using System.Text.Json.Serialization;

namespace Inbox.Channels.Website;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(VisitorMessage))]
[JsonSerializable(typeof(WebsiteSettings))]
[JsonSerializable(typeof(Dictionary<string, WebsiteTexts>))]
[JsonSerializable(typeof(PreChatForm))]
[JsonSerializable(typeof(List<ArticleLink>))]
[JsonSerializable(typeof(WidgetPreviewScene))]
[JsonSerializable(typeof(Dictionary<string, JsonElement>))]
[JsonSerializable(typeof(WidgetMessage))]
[JsonSerializable(typeof(WidgetStatus))]
[JsonSerializable(typeof(WidgetTyping))]
internal sealed partial class WebsiteJson : JsonSerializerContext;
