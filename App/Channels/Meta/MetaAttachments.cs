using System.Globalization;
using System.Text.Json;
using Inbox.Data;

namespace Inbox.Channels.Meta;

/// <summary>What a message of Messenger or Instagram is: its type, its text, its parts and its files.</summary>
internal readonly record struct MetaAttachments(string Type, string? Text, MessageContent? Parts, IReadOnlyList<InboundFile> Files)
{
    private const int LongestAddress = 4000;

    public static MetaAttachments Read(JsonElement message)
    {
        // Samples show the list as an object too.
        var attachments = message.At("attachments") is { ValueKind: JsonValueKind.Object } one ? [one] : message.At("attachments").Items().ToArray();
        var text = message.At("text").Text();
        List<InboundFile> files = [];
        var parts = new MessageContent();
        string? type = null;
        foreach (var attachment in attachments)
        {
            type = Add(attachment, message, files, ref parts, ref text) is var kind && type is null or "unsupported" ? kind : type;
        }

        if (message.At("quick_reply") is { ValueKind: JsonValueKind.Object } reply)
        {
            parts = parts with { Choice = new Choice("quick_reply", reply.At("payload").Text(), text) };
            type ??= "interactive";
        }

        if (message.At("referral") is { ValueKind: JsonValueKind.Object } referral)
        {
            parts = parts with { Referral = Referral(referral) };
        }

        if (message.At("reply_to").At("story") is { ValueKind: JsonValueKind.Object } story)
        {
            parts = parts with { Story = new Story("reply", story.At("id").Id(), Address(story.At("url"))) };
        }

        type ??= text is null || message.At("is_unsupported").ValueKind == JsonValueKind.True ? "unsupported" : "text";
        if (type == "unsupported" && files.Count == 0)
        {
            parts = parts with { Platform = message.Clone() };
        }

        if (parts.Story is { Kind: "reply", Url: { } answered } && Uri.TryCreate(answered, UriKind.Absolute, out _))
        {
            // Before what came about it; the address ends with the story.
            files.Insert(0, new InboundFile("image", answered));
        }

        return new MetaAttachments(type, text, parts == new MessageContent() ? null : parts, files);
    }

    public static Referral Referral(JsonElement referral)
    {
        var ad = referral.At("ads_context_data");
        return new Referral(
            referral.At("source").Text() is { } source ? source.ToLowerInvariant().Cut(60) : null,
            referral.At("ad_id").Id(),
            Address(referral.At("referer_uri")),
            ad.At("ad_title").Text(),
            MediaUrl: Address(ad.At("photo_url")) ?? Address(ad.At("video_url")),
            Ref: referral.At("ref").Text());
    }

    private static string Add(JsonElement attachment, JsonElement message, List<InboundFile> files, ref MessageContent parts, ref string? text)
    {
        var payload = attachment.At("payload");
        var address = Address(payload.At("url"));
        switch (attachment.At("type").Text())
        {
            case "image" or "sticker" when address is not null:
                var isSticker = payload.At("sticker_id").Id() is not null || message.At("sticker_id").Id() is not null || attachment.At("type").Text() == "sticker";
                return File(files, isSticker ? "sticker" : "image", address);
            case "video" when address is not null:
                return File(files, "video", address);
            case "audio" when address is not null:
                return File(files, "audio", address);
            case "file" when address is not null:
                return File(files, "document", address);
            case "location" when Coordinate(payload.At("coordinates").At("lat")) is { } latitude && Coordinate(payload.At("coordinates").At("long")) is { } longitude:
                parts = parts with { Location = new Place(latitude, longitude, attachment.At("title").Text()) };
                return "location";
            case "story_mention":
                parts = parts with { Story = new Story("mention", null, address) };
                return address is null ? "story" : File(files, "image", address, "story");
            case "ig_story":
                var shared = Address(payload.At("story_media_url")) ?? address;
                parts = parts with { Story = new Story("share", payload.At("story_media_id").Id(), shared) };
                return shared is null ? "story" : File(files, "image", shared, "story");
            case "like_heart":
                text ??= MetaMessaging.Heart;
                return "text";
            case "template" when payload.At("product").At("elements").Items().FirstOrDefault() is { ValueKind: JsonValueKind.Object } product:
                parts = parts with { Product = new ProductRef(product.At("id").Id(), product.At("retailer_id").Id(), product.At("title").Text()) };
                return text is null ? "share" : "text";
            case "template" when Offer(payload) is { } offer:
                parts = parts with { Interactive = offer };
                text ??= payload.At("text").Text();
                return "interactive";
            case "fallback" or "share" or "ig_post" or "ig_reel" or "reel" or "post" or "template":
                parts = parts with { Link = new SharedLink(attachment.At("type").Text(), attachment.At("title").Text() ?? payload.At("title").Text(), address ?? Address(attachment.At("url"))) };
                return text is null ? "share" : "text";
            default:
                parts = parts with { Platform = message.Clone() };
                return "unsupported";
        }
    }

    /// <summary>A template that another program of the business sent.</summary>
    private static Interactive? Offer(JsonElement payload) => payload.At("template_type").Text() switch
    {
        "button" when Buttons(payload) is { } menu => new Interactive(Interactive.MenuKind, Menu: menu),
        "generic" when payload.At("elements").Items().Select(Card).OfType<OfferCard>().ToList() is { Count: > 0 } cards => new Interactive(Interactive.CardsKind, Cards: cards),
        _ => null,
    };

    private static OfferCard? Card(JsonElement element) => element.At("title").Text() is { } title
        ? new OfferCard(title, element.At("subtitle").Text(), Address(element.At("image_url")), Address(element.At("default_action").At("url")), Buttons(element))
        : null;

    private static List<OfferButton>? Buttons(JsonElement json)
    {
        var buttons = (from button in json.At("buttons").Items()
                       where button.At("title").Text() is not null
                       let payload = button.At("payload").Text()
                       select new OfferButton(
                           button.At("title").Text()!,
                           button.At("type").Text() == "postback" ? payload : null,
                           Address(button.At("url")),
                           button.At("type").Text() == "phone_number" ? payload : null)).ToList();
        return buttons.Count == 0 ? null : buttons;
    }

    private static string File(List<InboundFile> files, string kind, string address, string? type = null)
    {
        files.Add(new InboundFile(kind, address));
        return type ?? kind;
    }

    private static string? Address(JsonElement json) => json.Text() is { Length: > 0 and <= LongestAddress } address ? address : null;

    private static double? Coordinate(JsonElement json)
        => double.TryParse(json.Id(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.Abs(number) <= 180 ? number : null;
}
