using System.Globalization;
using System.Text.Json;
using Inbox.Data;

namespace Inbox.Channels.WhatsApp;

/// <summary>What a message of WhatsApp is: its type, its text, its parts and its files.</summary>
/// <seealso href="https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components"/>
internal readonly record struct WhatsAppContent(string Type, string? Text, MessageContent? Parts, IReadOnlyList<InboundFile> Files)
{
    private static readonly string[] AddressParts = ["street", "city", "state", "zip", "country"];

    // Of two such the product is still a number.
    private const decimal LargestAmount = 1_000_000_000_000;

    // Stored within other JSON, it must not be deeper than that may be.
    private static readonly JsonDocumentOptions Shallow = new() { MaxDepth = 32 };

    public static WhatsAppContent Read(JsonElement message)
    {
        var type = message.At("type").Text() ?? "";
        var body = message.At(type);
        var read = type switch
        {
            "text" when body.At("body").Text() is { } text => new("text", text, null, []),
            "image" or "video" or "document" or "sticker" or "audio" or "voice" when File(type, body) is { } file
                => new(type == "voice" ? "audio" : type, body.At("caption").Text(), null, [file]),
            "location" when Location(body) is { } place => new(type, null, new MessageContent { Location = place }, []),
            "contacts" when body.ValueKind == JsonValueKind.Array => new(type, null, new MessageContent { Contacts = [.. body.Items().Select(Card)] }, []),
            "interactive" => Interactive(body),
            "button" when body.ValueKind == JsonValueKind.Object
                => new(type, body.At("text").Text(), new MessageContent { Choice = new Choice("template_button", body.At("payload").Text(), body.At("text").Text()) }, []),
            "order" when body.ValueKind == JsonValueKind.Object => new(type, body.At("text").Text(), new MessageContent { Order = Order(body) }, []),
            "system" when body.ValueKind == JsonValueKind.Object => new(type, body.At("body").Text(), new MessageContent { System = News(body) }, []),
            _ => Unsupported(message),
        };
        return read.Type.Length == 0 ? Unsupported(message) : read with { Parts = Around(message, read.Parts) };
    }

    // Whose number it is, the contact says, to those who may see it.
    private static WhatsAppContent Unsupported(JsonElement message) => new("unsupported", null, message.ValueKind == JsonValueKind.Undefined ? null : new MessageContent { Platform = message.Without("from", "from_user_id", "to") }, []);

    private static InboundFile? File(string type, JsonElement file)
        => (file.At("id").Id() ?? file.At("url").Text()) is { } reference
            ? new InboundFile(
                type == "audio" && file.At("voice").ValueKind == JsonValueKind.True ? "voice" : type,
                reference,
                file.At("mime_type").Text(),
                file.At("filename").Text(),
                Hex(file.At("sha256").Text()))
            : null;

    // Webhooks give the hash in base64, the look-up of the file gives it in hex.
    private static string? Hex(string? hash)
    {
        Span<byte> bytes = stackalloc byte[32];
        return hash is { Length: 64 } && hash.All(char.IsAsciiHexDigit) ? hash.ToLowerInvariant()
            : hash is not null && Convert.TryFromBase64String(hash, bytes, out var length) && length == 32 ? Convert.ToHexStringLower(bytes)
            : null;
    }

    private static Place? Location(JsonElement place)
        => Number(place.At("latitude")) is { } latitude && Number(place.At("longitude")) is { } longitude && double.Abs(latitude) <= 90 && double.Abs(longitude) <= 180
            ? new Place(latitude, longitude, place.At("name").Text(), place.At("address").Text(), place.At("url").Text())
            : null;

    private static ContactCard Card(JsonElement card)
    {
        var name = card.At("name");
        // Some come as the text of an address book alone.
        var written = VCard.Read(card.At("vcard").Text());
        return new ContactCard(
            name.At("formatted_name").Text() ?? name.At("first_name").Text() ?? written?.Name,
            Entries(card.At("phones"), "phone", "wa_id") ?? written?.Phones,
            Entries(card.At("emails"), "email") ?? written?.Emails,
            Texts(card.At("addresses").Items().Select(Address)),
            Texts(card.At("urls").Items().Select(url => url.At("url").Text())) ?? written?.Urls,
            card.At("org").At("company").Text() ?? written?.Organization,
            card.At("org").At("title").Text() ?? written?.Title,
            card.At("birthday").Text());
    }

    private static CardEntry[]? Entries(JsonElement list, params ReadOnlySpan<string> keys)
    {
        List<CardEntry> entries = [];
        foreach (var entry in list.Items())
        {
            foreach (var key in keys)
            {
                if (entry.At(key).Id() is { } value)
                {
                    entries.Add(new CardEntry(value, entry.At("type").Text()));
                    break;
                }
            }
        }

        return entries.Count == 0 ? null : [.. entries];
    }

    private static string[]? Texts(IEnumerable<string?> texts) => texts.OfType<string>().Where(text => text.Length > 0).ToArray() is { Length: > 0 } some ? some : null;

    private static string Address(JsonElement address)
        => string.Join(", ", AddressParts.Select(part => address.At(part).Text()).Where(part => !string.IsNullOrEmpty(part)));

    private static WhatsAppContent Interactive(JsonElement interactive)
    {
        var kind = interactive.At("type").Text()?.ToLowerInvariant();
        var answer = interactive.At(kind ?? "");
        return kind switch
        {
            "button_reply" when answer.ValueKind == JsonValueKind.Object => Chosen("button", answer),
            "list_reply" when answer.ValueKind == JsonValueKind.Object => Chosen("list", answer),
            "nfm_reply" when answer.ValueKind == JsonValueKind.Object
                => new("interactive", answer.At("body").Text(), new MessageContent { Form = new FormAnswer(answer.At("name").Text(), Values(answer.At("response_json"))) }, []),
            _ => default(WhatsAppContent) with { Type = "" },
        };
    }

    private static WhatsAppContent Chosen(string kind, JsonElement answer)
        => new("interactive", answer.At("title").Text(), new MessageContent
        {
            Choice = new Choice(kind, answer.At("id").Id(), answer.At("title").Text(), answer.At("description").Text()),
        }, []);

    // JSON within a text; whatever it is, it is kept.
    private static JsonElement? Values(JsonElement response)
    {
        if (response.Text() is not { } text)
        {
            return response.ValueKind == JsonValueKind.Undefined ? null : response.Clone();
        }

        try
        {
            return JsonElement.Parse(text, Shallow);
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(text);
        }
    }

    private static CatalogOrder Order(JsonElement order)
        => new(order.At("catalog_id").Id(),
            [.. order.At("product_items").Items().Select(item => new OrderLine(
                item.At("product_retailer_id").Id(), Amount(item.At("quantity")), Amount(item.At("item_price")), item.At("currency").Text()))]);

    private static SystemNews News(JsonElement system)
        => new(system.At("type").Text() ?? "unknown", system.At("wa_id").Id() ?? system.At("new_wa_id").Id() ?? system.At("user_id").Id());

    /// <summary>What may stand beside any type: the advertisement, a product that is asked about, how often it was passed on.</summary>
    private static MessageContent? Around(JsonElement message, MessageContent? parts)
    {
        var context = message.At("context");
        var referral = message.At("referral") is { ValueKind: JsonValueKind.Object } ad ? Ad(ad) : null;
        var product = context.At("referred_product") is { ValueKind: JsonValueKind.Object } asked
            ? new ProductRef(asked.At("catalog_id").Id(), asked.At("product_retailer_id").Id())
            : null;
        var often = context.At("frequently_forwarded").ValueKind == JsonValueKind.True;
        var forwarded = often || context.At("forwarded").ValueKind == JsonValueKind.True;
        var group = message.At("group_id").Id()?.Cut(100);
        return referral is null && product is null && group is null && !forwarded
            ? parts
            : (parts ?? new MessageContent()) with
            {
                Referral = referral,
                Product = product,
                Group = group,
                Forwarded = forwarded ? true : null,
                FrequentlyForwarded = often ? true : null,
            };
    }

    private static Referral Ad(JsonElement ad)
        => new(
            ad.At("source_type").Text(), ad.At("source_id").Id(), ad.At("source_url").Text(), ad.At("headline").Text(), ad.At("body").Text(), ad.At("media_type").Text(),
            ad.At("image_url").Text() ?? ad.At("video_url").Text(), ad.At("thumbnail_url").Text(), ad.At("ctwa_clid").Text());

    private static double? Number(JsonElement json)
        => double.TryParse(json.Id(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    private static decimal? Amount(JsonElement json)
        => decimal.TryParse(json.Id(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && decimal.Abs(number) <= LargestAmount ? number : null;
}
