using System.Globalization;

namespace Inbox.Tests.Benchmarks.Load;

/// <summary>
/// What a busy number's webhooks tell: of a hundred, thirty are statuses, and seventy what customers send. The shares are
/// our estimate of a shop's day; nobody publishes them.
/// </summary>
internal static class WebhookMix
{
    /// <summary>Messages that must be there before, by <see cref="LoadKind.Echo"/> under this name, for the statuses to be about.</summary>
    public const int Echoes = 60_000;
    public const string EchoRun = "echo";

    private const int StatusesOfHundred = 30;

    /// <summary>After so many the same customers come again, and react to other messages.</summary>
    private const int OneRound = 20_000;

    private static readonly (int Share, Func<int, string> Make)[] Kinds =
    [
        (46, Text),
        (7, index => $$"""{"type":"image","image":{"id":"88{{index}}","mime_type":"image/jpeg","sha256":"q83v","caption":"Picture {{index}}"} }"""),
        (4, index => $$"""{"type":"audio","audio":{"id":"88{{index}}","mime_type":"audio/ogg; codecs=opus","sha256":"q83v","voice":true} }"""),
        (2, index => $$"""{"type":"sticker","sticker":{"id":"88{{index}}","mime_type":"image/webp","sha256":"q83v","animated":false} }"""),
        (2, index => $$"""{"type":"document","document":{"id":"88{{index}}","mime_type":"application/pdf","sha256":"q83v","filename":"order-{{index}}.pdf"} }"""),
        (1, index => $$"""{"type":"video","video":{"id":"88{{index}}","mime_type":"video/mp4","sha256":"q83v"} }"""),
        (1, _ => """{"type":"location","location":{"latitude":52.52,"longitude":13.4,"name":"Harbour"} }"""),
        (1, _ => """{"type":"contacts","contacts":[{"name":{"formatted_name":"Mara Lind","first_name":"Mara"},"phones":[{"phone":"+49 170 1110001","wa_id":"491701110001","type":"CELL"}]}] }"""),
        (3, index => $$$"""{"type":"interactive","interactive":{"type":"list_reply","list_reply":{"id":"r{{{index}}}","title":"Second","description":"The second row"}} }"""),
        (3, index => $$"""{"type":"reaction","reaction":{"message_id":"{{EchoOf(index + (index / OneRound))}}","emoji":"👍"} }"""),
    ];

    public static string Text(int index)
        => $$"""{"text":{"body":"Message {{index}}: is the blue one still there, and what would the delivery cost?"},"type":"text" }""";

    public static string PartOf(LoadOptions options, int index, long now)
    {
        // Neighbours in time are of different kinds.
        var place = (int)((index * 37L) % 100);
        if (place < StatusesOfHundred)
        {
            return Status(index, place, now);
        }

        place -= StatusesOfHundred;
        foreach (var (share, make) in Kinds)
        {
            if (place < share)
            {
                return Message(options, index, now, make(index));
            }

            place -= share;
        }

        throw new InvalidOperationException("The shares do not add up to a hundred.");
    }

    /// <param name="content">The message's own part, as an object that ends with a space.</param>
    public static string Message(LoadOptions options, int index, long now, string content)
    {
        var (contact, from) = Customer(options, index);
        return string.Create(CultureInfo.InvariantCulture, $$$"""
            "contacts":[{"profile":{"name":"Customer {{{contact}}}"},"wa_id":"{{{from}}}"}],"messages":[{"from":"{{{from}}}","id":"wamid.{{{options.Run}}}.{{{index}}}","timestamp":"{{{now}}}",{{{content[1..^2]}}}}]
            """);
    }

    public static string Echo(LoadOptions options, int index, long now)
        => string.Create(CultureInfo.InvariantCulture, $$$"""
            "message_echoes":[{"from":"15550100100","to":"{{{Customer(options, index).From}}}","id":"wamid.{{{options.Run}}}.{{{index}}}","timestamp":"{{{now}}}","type":"text","text":{"body":"It is still there, delivery is free."}}]
            """);

    /// <summary>Sent, delivered and read of one message after the other.</summary>
    private static string Status(int index, int place, long now)
    {
        var number = (index / 100 * StatusesOfHundred) + place;
        var status = (number % 3) switch { 0 => "sent", 1 => "delivered", _ => "read" };
        return string.Create(CultureInfo.InvariantCulture, $$$"""
            "statuses":[{"id":"{{{EchoOf(number / 3)}}}","status":"{{{status}}}","timestamp":"{{{now}}}","recipient_id":"15550000001","pricing":{"billable":true,"pricing_model":"PMP","type":"regular","category":"service"}}]
            """);
    }

    private static string EchoOf(int number) => string.Create(CultureInfo.InvariantCulture, $"wamid.{EchoRun}.{number % Echoes}");

    private static (int Contact, string From) Customer(LoadOptions options, int index)
    {
        // Spread over the contacts so that neighbours in time are different people, as on a real number.
        var contact = (int)((index * 7919L) % options.Contacts);
        return (contact, string.Create(CultureInfo.InvariantCulture, $"1555{contact:0000000}"));
    }
}
