using System.Text.Json;
using Inbox.Channels;
using Inbox.Contacts;

namespace Inbox.Conversations;

/// <summary>What a message holds, as those see it who may not read addresses in full.</summary>
internal static class ContentMask
{
    /// <returns>Null also for what is not in the shape of a content.</returns>
    public static string? Of(string? json) => MessageContent.Read(json) is not { } content ? null : (content with
    {
        Form = content.Form is { Values: { } values } form ? form with { Values = Answers(values, form.Kinds) } : content.Form,
        System = content.System is { Detail: { } detail } news ? news with { Detail = AddressMask.Likely(detail) } : content.System,
        Contacts = content.Contacts?.Select(Card).ToList(),
        Platform = content.Platform is { } platform ? Answers(platform.Without("from", "from_user_id", "to", "id")) : null,
    }).ToJson();

    private static ContactCard Card(ContactCard card) => card with
    {
        Phones = card.Phones?.Select(phone => phone with { Value = AddressMask.Within(phone.Value) }).ToList(),
        Emails = card.Emails?.Select(email => email with { Value = AddressMask.Within(email.Value) }).ToList(),
    };

    private static JsonElement Answers(JsonElement values, IReadOnlyDictionary<string, string>? kinds = null) => values.ValueKind switch
    {
        JsonValueKind.Object => JsonSerializer.SerializeToElement(values.EnumerateObject().DistinctBy(answer => answer.Name)
            .ToDictionary(answer => answer.Name, answer => kinds?.GetValueOrDefault(answer.Name) is { } kind ? Address(kind, answer.Value.ToString()) : Answers(answer.Value))),
        JsonValueKind.Array => JsonSerializer.SerializeToElement(values.EnumerateArray().Select(value => Answers(value))),
        JsonValueKind.String or JsonValueKind.Number => Answer(values),
        _ => values,
    };

    private static JsonElement Address(string kind, string text)
        => JsonSerializer.SerializeToElement(AddressMask.Address(kind, kind == "phone" ? PhoneNumber.DigitsOf(text) ?? "" : text));

    // Of what older messages and other forms hold, no kind is known.
    private static JsonElement Answer(JsonElement value)
        => AddressMask.Within(value.ToString()) is var shown && shown != value.ToString() ? JsonSerializer.SerializeToElement(shown) : value;
}
