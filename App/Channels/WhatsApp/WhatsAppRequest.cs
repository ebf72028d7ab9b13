using System.Text.Json;
using System.Text.Json.Nodes;
using Inbox.Channels.Meta;
using Inbox.Channels.Outbound;

namespace Inbox.Channels.WhatsApp;

/// <summary>The JSON of a send.</summary>
/// <seealso href="https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages"/>
internal static class WhatsAppRequest
{
    /// <param name="message">What to send.</param>
    /// <param name="mediaIds">The platform's ids of the uploaded file, or of those of the cards.</param>
    public static byte[] Body(OutboundMessage message, params IReadOnlyList<string> mediaIds)
    {
        var type = TypeOf(message);
        var body = new JsonObject
        {
            ["messaging_product"] = "whatsapp",
            ["recipient_type"] = "individual",
            [message.To.Kind == "phone" ? "to" : "recipient"] = message.To.Value,
            ["type"] = type,
            [type] = Part(message, type, mediaIds),
        };
        if (message.ReplyTo is not null)
        {
            body["context"] = new JsonObject { ["message_id"] = message.ReplyTo };
        }

        body["biz_opaque_callback_data"] = MetaCallback.Of(message.MessageId);
        return JsonSerializer.SerializeToUtf8Bytes(body);
    }

    /// <seealso href="https://developers.facebook.com/docs/whatsapp/cloud-api/guides/mark-message-as-read"/>
    public static byte[] Body(OutboundSign sign)
    {
        var body = new JsonObject { ["messaging_product"] = "whatsapp" };
        if (sign is OutboundSign.Reaction reaction)
        {
            body["recipient_type"] = "individual";
            body[sign.To.Kind == "phone" ? "to" : "recipient"] = sign.To.Value;
            body["type"] = "reaction";
            body["reaction"] = new JsonObject { ["message_id"] = sign.About, ["emoji"] = reaction.Emoji ?? "" };
            return JsonSerializer.SerializeToUtf8Bytes(body);
        }

        body["status"] = "read";
        body["message_id"] = sign.About;
        if (sign is OutboundSign.Typing)
        {
            body["typing_indicator"] = new JsonObject { ["type"] = "text" };
        }

        return JsonSerializer.SerializeToUtf8Bytes(body);
    }

    private static string TypeOf(OutboundMessage message) => message.Type == "voice" ? "audio" : message.Type;

    private static JsonNode Part(OutboundMessage message, string type, IReadOnlyList<string> mediaIds) => message.Content switch
    {
        { Template: { } template } => Template(template, message, mediaIds),
        { Interactive: { } interactive } => Choice(interactive, message.Text!, message.File is { } above ? FilePart(above, mediaIds[0]) : null),
        { Location: { } place } => With(new JsonObject { ["latitude"] = place.Latitude, ["longitude"] = place.Longitude }, ("name", place.Name), ("address", place.Address)),
        { Contacts: { } cards } => new JsonArray([.. cards.Select(Card)]),
        // Shown with a microphone and the waves of the voice, and heard at once; the other sounds are files to download.
        _ when message is { Type: "voice", File: not null } => new JsonObject { ["id"] = mediaIds[0], ["voice"] = true },
        _ when message.File is { } file => File(file, type, mediaIds[0], message.Text),
        _ => new JsonObject { ["preview_url"] = HasAddress(message.Text ?? ""), ["body"] = message.Text },
    };

    private static bool HasAddress(string text) => text.Contains("https://", StringComparison.OrdinalIgnoreCase) || text.Contains("http://", StringComparison.OrdinalIgnoreCase);

    private static JsonObject Template(TemplateUse template, OutboundMessage message, IReadOnlyList<string> mediaIds)
    {
        var part = new JsonObject { ["name"] = template.Name, ["language"] = new JsonObject { ["code"] = template.Language } };
        var components = template.Components is { } given ? JsonNode.Parse(given.GetRawText())!.AsArray() : null;
        if (message.File is { } file)
        {
            (components ??= []).Insert(0, Header(file, mediaIds[0]));
        }

        if (message.CardFiles.Count > 0)
        {
            PutIntoCards(components ??= [], message.CardFiles, mediaIds);
        }

        if (components is not null)
        {
            part["components"] = components;
        }

        return part;
    }

    private static JsonObject Header(OutboundFile file, string mediaId)
        => new() { ["type"] = "header", ["parameters"] = new JsonArray(FilePart(file, mediaId)) };

    private static JsonObject FilePart(OutboundFile file, string mediaId)
    {
        var kind = file.Kind is "image" or "video" ? file.Kind : "document";
        return new JsonObject { ["type"] = kind, [kind] = File(file, kind, mediaId, null) };
    }

    /// <summary>Each card gets its file before what else it brings; cards that bring nothing else need not be named.</summary>
    private static void PutIntoCards(JsonArray components, IReadOnlyList<OutboundFile> files, IReadOnlyList<string> mediaIds)
    {
        var carousel = components.OfType<JsonObject>().FirstOrDefault(part => part["type"]?.GetValueKind() == JsonValueKind.String && string.Equals((string?)part["type"], "carousel", StringComparison.OrdinalIgnoreCase));
        if (carousel is null)
        {
            components.Add(carousel = new JsonObject { ["type"] = "carousel" });
        }

        var given = carousel["cards"] as JsonArray ?? [];
        carousel["cards"] = new JsonArray([.. files.Select((file, place) =>
        {
            var card = given.ElementAtOrDefault(place)?.DeepClone() as JsonObject ?? [];
            var parts = card["components"]?.DeepClone() as JsonArray ?? [];
            parts.Insert(0, Header(file, mediaIds[place]));
            (card["card_index"], card["components"]) = (place, parts);
            return card;
        })]);
    }

    /// <param name="file">In the place of a line above the text.</param>
    private static JsonObject Choice(Interactive interactive, string text, JsonObject? file)
    {
        var part = new JsonObject
        {
            ["type"] = interactive.Kind switch
            {
                Interactive.ButtonsKind => "button",
                Interactive.ListKind => "list",
                Interactive.LinkKind => "cta_url",
                Interactive.FormKind => "flow",
                _ => "location_request_message",
            },
        };
        if (file is not null)
        {
            part["header"] = file;
        }
        else if (interactive.Header is { } header)
        {
            part["header"] = new JsonObject { ["type"] = "text", ["text"] = header };
        }

        part["body"] = new JsonObject { ["text"] = text };
        if (interactive.Footer is { } footer)
        {
            part["footer"] = new JsonObject { ["text"] = footer };
        }

        part["action"] = interactive switch
        {
            { Buttons: { } buttons } => new JsonObject
            {
                ["buttons"] = new JsonArray([.. buttons.Select(button => new JsonObject { ["type"] = "reply", ["reply"] = new JsonObject { ["id"] = button.Id, ["title"] = button.Title } })]),
            },
            { Sections: { } sections } => new JsonObject { ["button"] = interactive.ListButton, ["sections"] = new JsonArray([.. sections.Select(Section)]) },
            { Link: { } link } => new JsonObject { ["name"] = "cta_url", ["parameters"] = new JsonObject { ["display_text"] = link.Title, ["url"] = link.Url } },
            { Form: { } form } => new JsonObject { ["name"] = "flow", ["parameters"] = Form(form) },
            _ => new JsonObject { ["name"] = "send_location" },
        };
        return part;
    }

    /// <seealso href="https://developers.facebook.com/docs/whatsapp/flows/guides/sendingaflow"/>
    private static JsonObject Form(FormButton form)
    {
        var part = With(
            new JsonObject { ["flow_message_version"] = "3" },
            ("flow_id", form.Id), ("flow_name", form.Name), ("flow_token", form.Token), ("flow_cta", form.Title), ("flow_action", form.Action), ("mode", form.Mode));
        if (form.Screen is not null || form.Data is not null)
        {
            var payload = With([], ("screen", form.Screen));
            if (form.Data is { } data)
            {
                payload["data"] = JsonNode.Parse(data.GetRawText());
            }

            part["flow_action_payload"] = payload;
        }

        return part;
    }

    private static JsonObject Section(ListSection section)
    {
        var part = With([], ("title", section.Title));
        part["rows"] = new JsonArray([.. section.Rows.Select(row => With([], ("id", row.Id), ("title", row.Title), ("description", row.Description)))]);
        return part;
    }

    private static JsonObject File(OutboundFile file, string type, string? mediaId, string? caption)
        => With(new JsonObject { ["id"] = mediaId }, ("caption", caption), ("filename", type == "document" ? file.Name : null));

    private static JsonObject Card(ContactCard card)
    {
        // The platform wants one part of the name beside the whole.
        var part = new JsonObject { ["name"] = new JsonObject { ["formatted_name"] = card.Name, ["first_name"] = card.Name } };
        Add(part, "phones", card.Phones?.Select(entry => With([], ("phone", entry.Value), ("type", entry.Kind))));
        Add(part, "emails", card.Emails?.Select(entry => With([], ("email", entry.Value), ("type", entry.Kind))));
        Add(part, "addresses", card.Addresses?.Select(street => With([], ("street", street))));
        Add(part, "urls", card.Urls?.Select(url => With([], ("url", url))));
        if (card.Organization is not null || card.Title is not null)
        {
            part["org"] = With([], ("company", card.Organization), ("title", card.Title));
        }

        return With(part, ("birthday", card.Birthday));
    }

    private static void Add(JsonObject part, string name, IEnumerable<JsonObject>? items)
    {
        if (items is not null)
        {
            part[name] = new JsonArray([.. items]);
        }
    }

    private static JsonObject With(JsonObject part, params ReadOnlySpan<(string Name, string? Value)> fields)
    {
        foreach (var (name, value) in fields)
        {
            if (value is not null)
            {
                part[name] = value;
            }
        }

        return part;
    }
}
