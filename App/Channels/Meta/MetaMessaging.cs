using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Inbox.Data;

namespace Inbox.Channels.Meta;

/// <summary>
/// Reads webhook requests of the Messenger Platform, which Instagram shares: any number of entries, of any number of
/// accounts, with "messaging", "standby" and "changes". What one item makes unreadable costs the others nothing.
/// </summary>
/// <param name="Platform">The <c>object</c> of the body: page or instagram.</param>
/// <param name="Name">The platform as people know it.</param>
/// <param name="AddressKind">What the customers' ids are: psid or igsid.</param>
/// <param name="EchoesData">What comes back of our own says so.</param>
/// <seealso href="https://developers.facebook.com/docs/messenger-platform/reference/webhook-events"/>
internal sealed record MetaMessaging(string Platform, string Name, string AddressKind, bool EchoesData = true)
{
    /// <summary>A kind of address: whom a plugin on the page's own site made known by a reference.</summary>
    public const string ReferenceKind = "user_ref";

    /// <summary>The large heart of Instagram is this text, in both directions.</summary>
    public const string Heart = "❤️";

    private static readonly string[] Handover = ["pass_thread_control", "take_thread_control", "request_thread_control", "app_roles"];

    /// <exception cref="UnreadableDeliveryException">The body as a whole is no delivery of this platform.</exception>
    public IReadOnlyList<InboundItem> Parse(ReadOnlyMemory<byte> body, DateTime receivedAt)
    {
        using var document = JsonText.Parse(body);
        var root = document.RootElement;
        if (root.At("object").Text() is { } kind && kind != Platform)
        {
            throw new UnreadableDeliveryException($"The body is not of {Name}: its \"object\" is not \"{Platform}\".");
        }

        if (root.At("entry").ValueKind != JsonValueKind.Array)
        {
            throw new UnreadableDeliveryException($"The body has no list \"entry\", so it is no delivery of {Name}.");
        }

        var items = new List<InboundItem>();
        foreach (var entry in root.At("entry").Items())
        {
            AddEntry(items, entry, receivedAt);
        }

        return items;
    }

    private void AddEntry(List<InboundItem> items, JsonElement entry, DateTime receivedAt)
    {
        var account = entry.At("id").Id() ?? "";
        var before = items.Count;
        foreach (var item in entry.At("messaging").Items())
        {
            items.AddRange(Read(new MetaEvent(account, receivedAt, item, IsStandby: false)));
        }

        foreach (var item in entry.At("standby").Items())
        {
            items.AddRange(Read(new MetaEvent(account, receivedAt, item, IsStandby: true)));
        }

        foreach (var change in entry.At("changes").Items().Concat(entry.At("field").ValueKind == JsonValueKind.String ? [entry] : []))
        {
            var value = change.At("value");
            // The dashboard's test sends messages in this envelope, to the account "0".
            items.AddRange(value.At("sender").ValueKind == JsonValueKind.Object
                ? Read(new MetaEvent(account, receivedAt, value, IsStandby: false))
                : [Notice(account, change.At("field").Text() ?? "unknown", change, receivedAt)]);
        }

        if (items.Count == before)
        {
            items.Add(Notice(account, "unreadable", entry, receivedAt));
        }
    }

    private IEnumerable<InboundItem> Read(MetaEvent happened)
    {
        var item = happened.Item;
        if (item.At("message") is { ValueKind: JsonValueKind.Object } message)
        {
            return [Message(happened, message)];
        }

        if (item.At("postback") is { ValueKind: JsonValueKind.Object } postback && happened.Customer(AddressKind, isEcho: false) is { } presser)
        {
            return [Postback(happened, postback, presser)];
        }

        if (item.At("reaction") is { ValueKind: JsonValueKind.Object } reaction && reaction.At("mid").Id() is { } reactedTo
            && happened.Customer(AddressKind, happened.IsFromAccount) is { } reacting)
        {
            var emoji = reaction.At("action").Text() == "unreact" ? null : reaction.At("emoji").Text() is { Length: > 0 } given ? given.Cut(32) : EmojiOf(reaction.At("reaction").Text());
            return [new InboundReaction(happened.Account, reactedTo, reacting, happened.IsFromAccount, emoji, happened.At)];
        }

        if (item.At("message_edit") is { ValueKind: JsonValueKind.Object } edit && edit.At("mid").Id() is { } edited)
        {
            _ = int.TryParse(edit.At("num_edit").Id(), NumberStyles.None, CultureInfo.InvariantCulture, out var number);
            return [new InboundRevision(happened.Account, edited, IsDeleted: false, edit.At("text").Text(), number, happened.At)];
        }

        if (Receipt(happened) is { } receipt)
        {
            return receipt;
        }

        if (item.At("referral") is { ValueKind: JsonValueKind.Object } referral && happened.Customer(AddressKind, isEcho: false) is { } referred)
        {
            var parts = new MessageContent { Referral = MetaAttachments.Referral(referral), System = new SystemNews("referral") };
            return [new InboundMessage(happened.Account, happened.Key("referral", referral), referred, IsEcho: false, "system", Text: null, parts, happened.At, ReplyTo: null) { IsStandby = true }];
        }

        return [Notice(happened.Account, Field(item), item, happened.At)];
    }

    /// <summary>The platform's words for its first reactions; the emoji stands beside them only since there are others.</summary>
    private static string EmojiOf(string? reaction) => reaction switch
    {
        "smile" => "😆",
        "wow" => "😮",
        "sad" => "😢",
        "angry" => "😠",
        "like" => "👍",
        "dislike" => "👎",
        _ => "❤",
    };

    private InboundItem Message(MetaEvent happened, JsonElement message)
    {
        var isEcho = message.At("is_echo").ValueKind == JsonValueKind.True;
        if (message.At("mid").Id() is not { } mid || happened.Customer(AddressKind, isEcho) is not { } contact)
        {
            // Who writes to their own account is no customer.
            return Notice(happened.Account, message.At("is_self").ValueKind == JsonValueKind.True ? "self" : "unreadable", happened.Item, happened.At);
        }

        if (message.At("is_deleted").ValueKind == JsonValueKind.True)
        {
            return new InboundRevision(happened.Account, mid, IsDeleted: true, Text: null, Number: 0, happened.At);
        }

        if (isEcho && MetaCallback.Read(message.At("metadata").Text()) is { } own)
        {
            // Our own send comes back, maybe before the answer of the send: it proves that it was taken.
            return new InboundStatus(happened.Account, mid, "sent", happened.At, ErrorCode: null, ErrorDetail: null, own, Content: null);
        }

        var read = MetaAttachments.Read(message);
        return new InboundMessage(happened.Account, mid, contact, isEcho, read.Type, read.Text, happened.IsStandby ? (read.Parts ?? new MessageContent()) with { Standby = true } : read.Parts, happened.At, message.At("reply_to").At("mid").Id())
        {
            Files = read.Files,
            IsStandby = happened.IsStandby,
            MayBeOurs = isEcho && !EchoesData,
        };
    }

    private static InboundMessage Postback(MetaEvent happened, JsonElement postback, InboundContact contact)
    {
        var (title, payload) = (postback.At("title").Text(), postback.At("payload").Text());
        var parts = new MessageContent
        {
            Choice = new Choice("postback", payload, title),
            Referral = postback.At("referral") is { ValueKind: JsonValueKind.Object } referral ? MetaAttachments.Referral(referral) : null,
            Standby = happened.IsStandby ? true : null,
        };
        return new InboundMessage(
            happened.Account, postback.At("mid").Id() ?? happened.Key("postback", postback), contact, IsEcho: false, "button", title ?? payload, parts, happened.At, ReplyTo: null)
        {
            IsStandby = happened.IsStandby,
        };
    }

    /// <summary>Messenger says up to which moment all is delivered or read, Instagram which message is read.</summary>
    private IReadOnlyList<InboundItem>? Receipt(MetaEvent happened)
    {
        foreach (var (key, status) in new[] { ("delivery", "delivered"), ("read", "read") })
        {
            if (happened.Item.At(key) is not { ValueKind: JsonValueKind.Object } receipt)
            {
                continue;
            }

            var ids = receipt.At("mids").Items().Select(mid => mid.Id()).Append(receipt.At("mid").Id()).OfType<string>()
                .Select(mid => new InboundStatus(happened.Account, mid, status, happened.At, ErrorCode: null, ErrorDetail: null, MessageId: null, Content: null)
                {
                    // Who read one has seen what stands above it, and Instagram does not speak of each.
                    AndBefore = status == "read",
                });
            return receipt.At("watermark").Seconds() is { } && MetaEvent.Moment(receipt.At("watermark")) is { } upTo && happened.Customer(AddressKind, isEcho: false) is { } customer
                ? [.. ids, new InboundWatermark(happened.Account, customer.Addresses[0], status, upTo)]
                : [.. ids];
        }

        return null;
    }

    private static string Field(JsonElement item)
        => Handover.FirstOrDefault(key => item.At(key).ValueKind != JsonValueKind.Undefined)
            ?? (item.ValueKind != JsonValueKind.Object ? "unreadable"
                : item.EnumerateObject().Select(property => property.Name).FirstOrDefault(name => name is not ("sender" or "recipient" or "timestamp")) ?? "unknown");

    private static InboundNotice Notice(string account, string field, JsonElement item, DateTime at)
        => new(account, Group: null, field.Cut(60), $"{field.Cut(60)}:{MetaEvent.Hash(item.GetRawText())}", item.GetRawText(), at)
        {
            News = MetaAccountNews.Read(field, item),
        };
}

/// <summary>One item of an entry, with what stands around it.</summary>
internal sealed record MetaEvent(string EntryId, DateTime ReceivedAt, JsonElement Item, bool IsStandby)
{
    public string Account => EntryId;

    /// <summary>The item's own time, unless it is missing, unreadable or of tomorrow.</summary>
    public DateTime At => Moment(Item.At("timestamp")) is { } at && at < ReceivedAt.AddDays(1) ? at : ReceivedAt;

    public bool IsFromAccount => Item.At("sender").At("id").Id() == Account;

    /// <returns>Null where the item names no person.</returns>
    public InboundContact? Customer(string kind, bool isEcho)
    {
        var (sender, recipient) = (Item.At("sender"), Item.At("recipient"));
        // An echo goes from the page to the customer; some old ones stand the other way round.
        var person = isEcho && recipient.At("id").Id() is { } to && to != Account ? recipient : sender;
        var address = person.At("id").Id() is { } id ? new ContactAddress(kind, id)
            : person.At("user_ref").Id() is { } reference ? new ContactAddress(MetaMessaging.ReferenceKind, reference)
            : (ContactAddress?)null;
        return address is { } known && known.Value != Account ? new InboundContact([known], person.At("username").Text(), Phone: null) : null;
    }

    /// <summary>An id for what the platform gives none, the same each time it is delivered.</summary>
    public string Key(string kind, JsonElement json)
        => $"{kind}:{Item.At("sender").At("id").Id()}:{Item.At("timestamp").Id()}:{Hash(json.GetRawText())}";

    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));

    /// <summary>Milliseconds since 1970, or seconds where it is too small for that.</summary>
    public static DateTime? Moment(JsonElement json)
        => long.TryParse(json.Id(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number < 100_000_000_000 ? DateTimeOffset.FromUnixTimeSeconds(number).UtcDateTime
                : number < 100_000_000_000_000 ? DateTimeOffset.FromUnixTimeMilliseconds(number).UtcDateTime
                : null
            : null;
}
