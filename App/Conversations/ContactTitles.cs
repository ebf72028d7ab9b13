using Inbox.Contacts;
using Microsoft.Extensions.Localization;

namespace Inbox.Conversations;

/// <summary>What screens call a contact: the name, else an address, else a visitor by number.</summary>
public sealed class ContactTitles(IStringLocalizer<ContactTitles> say)
{
    public string Of(ConversationRow row) => Of(row.ContactId, row.Called);

    public string Of(ContactRow row) => Of(row.Id, row.Called);

    public string Of(long contactId, string? called) => called ?? say["Visitor {0}", contactId];
}
