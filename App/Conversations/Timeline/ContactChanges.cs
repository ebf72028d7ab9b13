using System.Text.Json;
using System.Text.Json.Nodes;
using Inbox.Contacts;
using Inbox.Tenancy;

namespace Inbox.Conversations.Timeline;

/// <summary>Reads audit rows of contacts as the timeline tells them.</summary>
internal static class ContactChanges
{
    private const string Prefix = "contact.";

    public static readonly string[] Actions =
    [
        "contact.created", "contact.changed", "contact.tagged", "contact.blocked", "contact.unblocked", "contact.merged", "contact.unmerged", "contact.deleted",
    ];

    private static readonly string[] Shown = ["name", "first_name", "last_name", "phone", "email", "language"];

    /// <param name="masked">Phone and e-mail in part.</param>
    /// <returns>Null for a change of nothing that people see.</returns>
    public static ContactChange? Of(AuditEvent row, bool masked)
    {
        var (before, after) = (ObjectOf(row.Before), ObjectOf(row.After));
        var action = row.Action[Prefix.Length..];
        FieldChange[] fields = action switch
        {
            "changed" => [.. Fields(before, after).Select(field => masked ? Masked(field) : field)],
            "tagged" => [new FieldChange("tags", Shortly(before?["tags"]), Shortly(after?["tags"]))],
            _ => [],
        };
        return action == "changed" && fields.Length == 0 ? null
            : new ContactChange(action, row.ActorName, fields, Shortly(before?["from_name"] ?? after?["from_name"]));
    }

    private static IEnumerable<FieldChange> Fields(JsonObject? before, JsonObject? after)
    {
        foreach (var field in Shown)
        {
            if (Differ(before?[field], after?[field]))
            {
                yield return new FieldChange(field, Shortly(before?[field]), Shortly(after?[field]));
            }
        }

        var (was, now) = (ObjectOf(Shortly(before?["custom_fields"])), ObjectOf(Shortly(after?["custom_fields"])));
        foreach (var key in new[] { was, now }.SelectMany(values => values?.Select(value => value.Key) ?? []).Distinct())
        {
            if (Differ(was?[key], now?[key]))
            {
                yield return new FieldChange(ContactFields.Custom + key, Shortly(was?[key]), Shortly(now?[key]));
            }
        }
    }

    private static FieldChange Masked(FieldChange change) => change.Field switch
    {
        "phone" => change with { Before = AddressMask.Phone(change.Before), After = AddressMask.Phone(change.After) },
        "email" => change with { Before = AddressMask.Email(change.Before), After = AddressMask.Email(change.After) },
        _ => change,
    };

    private static bool Differ(JsonNode? one, JsonNode? other) => !JsonNode.DeepEquals(one, other);

    private static string? Shortly(JsonNode? value) => value switch
    {
        null => null,
        JsonArray list => string.Join(", ", list.Select(Shortly)),
        _ => CustomFieldValues.Shown(value),
    };

    /// <summary>Null for what is no object: rows whose facts were too long, or are erased.</summary>
    private static JsonObject? ObjectOf(string? json)
    {
        try
        {
            return json is null ? null : JsonNode.Parse(json) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
