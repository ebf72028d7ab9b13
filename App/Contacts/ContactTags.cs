using Inbox.Data;
using Inbox.Tenancy;

namespace Inbox.Contacts;

/// <summary>The names of a contact's tags before and after a change, in order.</summary>
internal sealed record ContactTags(IReadOnlyList<string> Before, IReadOnlyList<string> After)
{
    public const int MostOnOne = 20;

    public static readonly string TooMany = $"A contact has at most {MostOnOne} tags.";

    public static ContactTags Of(IReadOnlyList<TagWord> all, IReadOnlySet<long> before, IReadOnlySet<long> after)
    {
        return new ContactTags(Names(before), Names(after));

        string[] Names(IReadOnlySet<long> ids) => [.. all.Where(tag => ids.Contains(tag.Id)).Select(tag => tag.Name)];
    }

    /// <exception cref="RefusedException">invalid_value: there is no such tag.</exception>
    public static HashSet<long> Named(IReadOnlyList<TagWord> all, IEnumerable<string> names, string field)
        => [.. names.Select(name => (all.FirstOrDefault(tag => string.Equals(tag.Name, name?.Trim(), StringComparison.OrdinalIgnoreCase))
            ?? throw ContactValues.Invalid(field, $"There is no tag {name?.Cut(40)}.")).Id)];

    /// <param name="put">What a contact gets that it has not.</param>
    /// <exception cref="RefusedException">invalid_value: one of them is archived.</exception>
    public static void CheckAlive(IReadOnlyList<TagWord> all, IReadOnlyCollection<long> put, string field)
    {
        if (all.FirstOrDefault(tag => tag.IsArchived && put.Contains(tag.Id)) is { } archived)
        {
            throw ContactValues.Invalid(field, $"The tag {archived.Name} is archived.");
        }
    }
}
