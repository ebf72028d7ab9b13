using Inbox.Channels;
using Inbox.Channels.Meta;
using Inbox.Tests.Channels.WhatsApp;

namespace Inbox.Tests.Channels.Meta;

/// <summary>Payloads of Messenger and Instagram that others recorded, from the folder named by INBOX_FIXTURES.</summary>
public sealed class MetaFixtureTests
{
    [FixtureTheory("messenger")]
    [MemberData(nameof(OfMessenger))]
    public void Every_payload_of_Messenger_is_what_it_shows(string file)
        => Check("messenger", file, new MetaMessaging("page", "Messenger", "psid"));

    [FixtureTheory("instagram")]
    [MemberData(nameof(OfInstagram))]
    public void Every_payload_of_Instagram_is_what_it_shows(string file)
        => Check("instagram", file, new MetaMessaging("instagram", "Instagram", "igsid"));

    public static TheoryData<string> OfMessenger() => [.. FixtureTheoryAttribute.Files("messenger").Where(file => file[0] != '_')];

    public static TheoryData<string> OfInstagram() => [.. FixtureTheoryAttribute.Files("instagram").Where(file => file[0] != '_')];

    private static void Check(string folder, string file, MetaMessaging platform)
    {
        var items = platform.Parse(File.ReadAllBytes(FixtureTheoryAttribute.PathOf(folder, file)), Payloads.ReceivedAt.AddYears(2));

        Assert.NotEmpty(items);
        Assert.All(items, item => Assert.IsAssignableFrom(Expected(Path.GetFileNameWithoutExtension(file)), item));
        Assert.DoesNotContain(items, item => item is InboundNotice { Field: "unreadable" or "unknown" });
        if (items is [InboundMessage message])
        {
            Assert.Equal(file.Contains("unsupported", StringComparison.Ordinal), message.Type == "unsupported");
            Assert.NotEqual(message.Account, message.Contact.Addresses[0].Value);
        }
    }

    private static Type Expected(string name) => name switch
    {
        "delivery" => typeof(InboundItem),
        "read" => typeof(InboundWatermark),
        "seen" => typeof(InboundStatus),
        _ when name.StartsWith("reaction", StringComparison.Ordinal) => typeof(InboundReaction),
        "is_deleted" or "unsent" or "message_edit" => typeof(InboundRevision),
        _ when name.StartsWith("handover", StringComparison.Ordinal) => typeof(InboundNotice),
        "account_linking_linked" or "app_roles" or "optin" or "policy_enforcement_no_sender" or "comment_changes_format" => typeof(InboundNotice),
        _ => typeof(InboundMessage),
    };
}
