using System.Text;
using System.Text.Json;
using Inbox.Channels;
using Inbox.Channels.Meta;

namespace Inbox.Tests.Channels.WhatsApp;

/// <summary>Payloads that others recorded, from the folder named by INBOX_FIXTURES.</summary>
public sealed class WhatsAppFixtureTests
{
    [FixtureTheory("whatsapp")]
    [MemberData(nameof(Files))]
    public void Every_recorded_payload_has_items_that_can_be_read(string file)
    {
        var items = Payloads.Parse(File.ReadAllBytes(FixtureTheoryAttribute.PathOf("whatsapp", file)));

        Assert.NotEmpty(items);
        Assert.DoesNotContain(items, item => item is InboundNotice { Key: var key } && key.Contains("unreadable", StringComparison.Ordinal));
        if (Expected(file) is { } kind)
        {
            Assert.All(items, item => Assert.IsType(kind, item));
        }

        if (items is [InboundMessage message])
        {
            Assert.Equal(file.StartsWith("smb_", StringComparison.Ordinal), message.IsEcho);
            Assert.Equal(file == "unsupported.json", message.Type == "unsupported");
            Assert.NotEqual("15550100100", message.Contact.Addresses[0].Value);
        }
    }

    [FixtureTheory("whatsapp")]
    [MemberData(nameof(Vectors))]
    public void Recorded_signatures_are_those_of_the_raw_bytes(string file)
    {
        using var vector = JsonDocument.Parse(File.ReadAllBytes(FixtureTheoryAttribute.PathOf("whatsapp", file)));
        var root = vector.RootElement;
        Assert.Equal(
            root.GetProperty("headers").GetProperty(MetaSignature.Header).GetString(),
            MetaSignature.Of(Encoding.UTF8.GetBytes(root.GetProperty("raw_body").GetString()!), root.GetProperty("app_secret").GetString()!));
    }

    public static TheoryData<string> Files() => [.. FixtureTheoryAttribute.Files("whatsapp").Where(file => file[0] != '_')];

    public static TheoryData<string> Vectors() => [.. FixtureTheoryAttribute.Files("whatsapp").Where(file => file[0] == '_')];

    private static Type? Expected(string file) => file switch
    {
        _ when file.StartsWith("status_", StringComparison.Ordinal) || file.StartsWith("media_upload", StringComparison.Ordinal) => typeof(InboundStatus),
        "template_quick_reply_button.json" => typeof(InboundMessage),
        _ when file.Contains("_update", StringComparison.Ordinal) || file.StartsWith("template_", StringComparison.Ordinal) || file.StartsWith("user_", StringComparison.Ordinal) => typeof(InboundNotice),
        _ when file.StartsWith("account_", StringComparison.Ordinal) => typeof(InboundNotice),
        _ when file.StartsWith("reaction", StringComparison.Ordinal) => typeof(InboundReaction),
        "edited_message.json" or "deleted_message_revoke.json" or "smb_echo_edit.json" or "smb_echo_delete.json" => typeof(InboundRevision),
        _ => typeof(InboundMessage),
    };
}
