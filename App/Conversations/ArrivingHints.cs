using System.Text.Json;
using Inbox.Channels;
using Inbox.Channels.Inbound;
using Inbox.Contacts;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations;

/// <summary>What the writers of a batch say of themselves goes to their contacts, where nothing is known yet.</summary>
internal static class ArrivingHints
{
    public static async Task ApplyAsync(ArrivalBatch batch, List<RoutedItem> items, Senders senders, CancellationToken cancellation)
    {
        var told = items.Where(item => ((InboundMessage)item.Item).Contact.Hints is not null).ToArray();
        if (told.Length == 0)
        {
            return;
        }

        var contacts = batch.Contacts.ToDictionary(contact => contact.Id);
        var known = told.Select(item => senders.Of(item).ContactId).Where(id => !contacts.ContainsKey(id)).Distinct().ToArray();
        foreach (var contact in await batch.Db.Set<Contact>().IgnoreQueryFilters([Filters.Tenant, Filters.Deleted]).Where(contact => known.Contains(contact.Id)).ToListAsync(cancellation))
        {
            contacts[contact.Id] = contact;
        }

        var fields = await FieldsAsync(batch.Db, told, cancellation);
        foreach (var item in told)
        {
            var (contact, hints) = (contacts[senders.Of(item).ContactId], ((InboundMessage)item.Item).Contact.Hints!);
            contact.Name ??= hints.Name?.Cut(Contact.LongestName);
            if (contact.Email is null && hints.Email is { Length: <= Contact.LongestEmail } email)
            {
                (contact.Email, contact.IsEmailClaimed) = (email.ToLowerInvariant(), true);
            }

            foreach (var field in fields[contact.TenantId].Where(field => hints.Fields.ContainsKey(field.Key)))
            {
                Fill(contact, field, hints.Fields[field.Key]);
            }
        }
    }

    private static async Task<ILookup<long, CustomField>> FieldsAsync(InboxDb db, RoutedItem[] told, CancellationToken cancellation)
    {
        var keys = told.SelectMany(item => ((InboundMessage)item.Item).Contact.Hints!.Fields.Keys).Distinct().ToArray();
        var tenants = told.Select(item => item.Channel.TenantId).Distinct().ToArray();
        return (keys.Length == 0 ? [] : await db.Set<CustomField>().IgnoreQueryFilters([Filters.Tenant]).AsNoTracking()
            .Where(field => tenants.Contains(field.TenantId) && keys.Contains(field.Key)).ToListAsync(cancellation)).ToLookup(field => field.TenantId);
    }

    private static void Fill(Contact contact, CustomField field, string value)
    {
        if (CustomFieldValues.Parse(contact.CustomFields).ContainsKey(field.Key))
        {
            return;
        }

        try
        {
            contact.CustomFields = CustomFieldValues.Put(contact.CustomFields, new Dictionary<string, JsonElement> { [field.Key] = CustomFieldValues.OfText(field, value) }, [field]);
        }
        catch (RefusedException)
        {
            // The field takes something else; the answer stands in the message.
        }
    }
}
