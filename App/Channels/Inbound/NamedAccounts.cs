using System.Text;
using System.Text.Json;

namespace Inbox.Channels.Inbound;

/// <summary>The accounts that a body names, whoever sent it.</summary>
internal static class NamedAccounts
{
    /// <param name="body">JSON; of one with a mistake, what stands before it counts.</param>
    public static List<Channel> In(ReadOnlySpan<byte> body, IReadOnlyList<Channel> accounts)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(body);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && (reader.ValueTextEquals("id"u8) || reader.ValueTextEquals("phone_number_id"u8)) && reader.Read()
                    && reader.TokenType is JsonTokenType.String or JsonTokenType.Number)
                {
                    ids.Add(reader.TokenType == JsonTokenType.String ? reader.GetString()! : Encoding.UTF8.GetString(reader.ValueSpan));
                }
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // It is no JSON from here on.
        }

        return [.. accounts.Where(account => ids.Contains(account.ExternalId) || (account.GroupId is { } group && ids.Contains(group)))];
    }
}
