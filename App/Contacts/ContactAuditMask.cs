using System.Text.Json.Nodes;
using Inbox.Audit;
using Inbox.Tenancy;

namespace Inbox.Contacts;

/// <summary>Phone numbers and e-mail addresses in what the trail says of contacts.</summary>
internal sealed class ContactAuditMask : IAuditMask
{
    public string Permission => ContactPermissions.ReadAddresses;

    public void Put(AuditEvent row)
    {
        if (row.Action.StartsWith("contact.", StringComparison.Ordinal) || row.Action.StartsWith("contacts.", StringComparison.Ordinal))
        {
            (row.Before, row.After) = (Masked(row.Before), Masked(row.After));
        }
    }

    private static string? Masked(string? facts)
    {
        if (facts is null || JsonNode.Parse(facts) is not JsonObject json)
        {
            return null;
        }

        Put(json);
        if (json["filter"] is JsonObject filter)
        {
            Put(filter);
            Put(filter, "text", text => text is null ? null : AddressMask.Within(text));
        }

        return json.ToJsonString();
    }

    private static void Put(JsonObject json)
    {
        Put(json, "phone", AddressMask.Phone);
        Put(json, "email", AddressMask.Email);
    }

    private static void Put(JsonObject json, string field, Func<string?, string?> mask)
    {
        if (json[field] is { } address)
        {
            json[field] = mask(address.ToString());
        }
    }
}
