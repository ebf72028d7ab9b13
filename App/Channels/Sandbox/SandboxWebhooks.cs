namespace Inbox.Channels.Sandbox;

/// <summary>The webhook bodies that the stand-in sends, in the platform's own shape.</summary>
internal static class SandboxWebhooks
{
    public static object Text(Channel channel, string id, string phone, string name, string text, DateTimeOffset at)
        => Message(channel, id, phone, name, "text", new { body = text }, null, at);

    /// <param name="part">What stands under the type's name.</param>
    /// <param name="about">The message that it answers; null: none.</param>
    public static object Message(Channel channel, string id, string phone, string name, string type, object part, string? about, DateTimeOffset at)
    {
        var message = new Dictionary<string, object> { ["from"] = phone, ["id"] = id, ["timestamp"] = Seconds(at), ["type"] = type, [type] = part };
        if (about is not null)
        {
            message["context"] = new { from = SandboxChannels.Number, id = about };
        }

        return Body(channel, new { messaging_product = "whatsapp", metadata = Metadata(channel), contacts = new[] { new { profile = new { name }, wa_id = phone } }, messages = new[] { message } });
    }

    public static object Status(Channel channel, SandboxSend send, string status, DateTimeOffset at)
    {
        var report = new Dictionary<string, object>
        {
            ["id"] = send.Id,
            ["status"] = status,
            ["timestamp"] = Seconds(at),
            [send.ToPhone ? "recipient_id" : "recipient_user_id"] = send.To,
        };
        if (send.CallbackData is not null)
        {
            report["biz_opaque_callback_data"] = send.CallbackData;
        }

        if (status is "sent" or "delivered")
        {
            report["pricing"] = new { billable = false, pricing_model = "PMP", type = "free_customer_service", category = "service" };
        }

        return Body(channel, new { messaging_product = "whatsapp", metadata = Metadata(channel), statuses = new[] { report } });
    }

    public static object Template(Channel channel, SandboxTemplate template, DateTimeOffset at) => Body(
        channel,
        new
        {
            @event = template.Status,
            message_template_id = long.Parse(template.Id, System.Globalization.CultureInfo.InvariantCulture),
            message_template_name = template.Name,
            message_template_language = template.Language,
            reason = template.RejectedReason ?? "NONE",
            message_template_category = template.Category,
        },
        "message_template_status_update",
        at.ToUnixTimeSeconds());

    private static object Body(Channel channel, object value, string field = "messages", long? time = null) => new
    {
        @object = "whatsapp_business_account",
        entry = new[] { new { id = channel.GroupId ?? "0", time = time ?? 0, changes = new[] { new { value, field } } } },
    };

    private static object Metadata(Channel channel) => new { display_phone_number = SandboxChannels.Number, phone_number_id = channel.ExternalId };

    private static string Seconds(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
}
