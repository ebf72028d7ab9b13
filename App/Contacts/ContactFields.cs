using System.Text.Json.Nodes;

namespace Inbox.Contacts;

/// <summary>What a contact says of a person: what a merge chooses from, and what it must be able to give back.</summary>
public sealed record ContactFields(
    string? Name,
    string? FirstName,
    string? LastName,
    string? Phone,
    string? Email,
    bool IsEmailClaimed,
    string? Language,
    string? CustomFields,
    DateTime? BlockedAt,
    DateTime? OptedInAt,
    DateTime? OptedOutAt,
    DateTime? MarketingStoppedAt = null)
{
    /// <summary>Begins the name of a custom field among those that a merge takes.</summary>
    public const string Custom = "custom_fields.";

    /// <summary>The fields that a merge chooses, beside the custom ones.</summary>
    public static IReadOnlyList<string> Chosen { get; } = ["name", "phone", "email", "language"];

    public static ContactFields Of(Contact contact)
        => new(contact.Name, contact.FirstName, contact.LastName, contact.Phone, contact.Email, contact.IsEmailClaimed, contact.Language, contact.CustomFields,
            contact.BlockedAt, contact.OptedInAt, contact.OptedOutAt, contact.MarketingStoppedAt);

    /// <summary>
    /// What the contact that stays says after a merge: its own, where it says nothing or the field is taken the other's. Who opted
    /// out with one of the two has opted out; blocked is who was blocked as the one that stays.
    /// </summary>
    /// <param name="take">Names of fields of the other that are preferred: see <see cref="Chosen"/> and <see cref="Custom"/>.</param>
    public static ContactFields Merged(ContactFields into, ContactFields from, IReadOnlySet<string> take)
    {
        var name = Takes("name", into.Name, from.Name) ? from : into;
        var email = Takes("email", into.Email, from.Email) ? from : into;
        return into with
        {
            Name = name.Name,
            FirstName = name.FirstName,
            LastName = name.LastName,
            Phone = Takes("phone", into.Phone, from.Phone) ? from.Phone : into.Phone,
            Email = email.Email,
            IsEmailClaimed = email.IsEmailClaimed,
            Language = Takes("language", into.Language, from.Language) ? from.Language : into.Language,
            CustomFields = MergedCustom(into.CustomFields, from.CustomFields, take),
            OptedInAt = Later(into.OptedInAt, from.OptedInAt),
            OptedOutAt = Later(into.OptedOutAt, from.OptedOutAt),
            MarketingStoppedAt = Later(into.MarketingStoppedAt, from.MarketingStoppedAt),
        };

        bool Takes(string field, string? mine, string? other) => other is not null && (mine is null || take.Contains(field));
    }

    /// <summary>Takes a merge back out of what a contact says now: where somebody changed it since, that stays.</summary>
    public static ContactFields Unmerged(ContactFields now, ContactFields before, ContactFields after) => new(
        Back(now.Name, before.Name, after.Name),
        Back(now.FirstName, before.FirstName, after.FirstName),
        Back(now.LastName, before.LastName, after.LastName),
        Back(now.Phone, before.Phone, after.Phone),
        Back(now.Email, before.Email, after.Email),
        Back(now.IsEmailClaimed, before.IsEmailClaimed, after.IsEmailClaimed),
        Back(now.Language, before.Language, after.Language),
        UnmergedCustom(now.CustomFields, before.CustomFields, after.CustomFields),
        Back(now.BlockedAt, before.BlockedAt, after.BlockedAt),
        Back(now.OptedInAt, before.OptedInAt, after.OptedInAt),
        Back(now.OptedOutAt, before.OptedOutAt, after.OptedOutAt),
        Back(now.MarketingStoppedAt, before.MarketingStoppedAt, after.MarketingStoppedAt));

    public void PutInto(Contact contact)
    {
        (contact.Name, contact.FirstName, contact.LastName, contact.Phone) = (Name, FirstName, LastName, Phone);
        (contact.Email, contact.IsEmailClaimed, contact.Language, contact.CustomFields) = (Email, IsEmailClaimed, Language, CustomFields);
        (contact.BlockedAt, contact.OptedInAt, contact.OptedOutAt, contact.MarketingStoppedAt) = (BlockedAt, OptedInAt, OptedOutAt, MarketingStoppedAt);
    }

    private static T Back<T>(T now, T before, T after) => EqualityComparer<T>.Default.Equals(now, after) ? before : now;

    private static DateTime? Later(DateTime? one, DateTime? other) => one > other || other is null ? one : other;

    private static string? MergedCustom(string? into, string? from, IReadOnlySet<string> take)
    {
        var (merged, other) = (CustomFieldValues.Parse(into), CustomFieldValues.Parse(from));
        foreach (var (key, value) in other)
        {
            if (!merged.ContainsKey(key) || take.Contains(Custom + key))
            {
                merged[key] = value?.DeepClone();
            }
        }

        return CustomFieldValues.TextOf(merged);
    }

    private static string? UnmergedCustom(string? now, string? before, string? after)
    {
        var (values, was, became) = (CustomFieldValues.Parse(now), CustomFieldValues.Parse(before), CustomFieldValues.Parse(after));
        foreach (var key in was.Select(value => value.Key).Union(became.Select(value => value.Key)).ToList())
        {
            if (!JsonNode.DeepEquals(values[key], became[key]))
            {
                continue;
            }

            if (was.TryGetPropertyValue(key, out var value))
            {
                values[key] = value?.DeepClone();
            }
            else
            {
                values.Remove(key);
            }
        }

        return CustomFieldValues.TextOf(values);
    }
}
