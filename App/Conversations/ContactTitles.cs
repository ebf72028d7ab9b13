using Inbox.Contacts;
using Microsoft.Extensions.Localization;

namespace Inbox.Conversations;

/// <summary>What screens call a contact: the name, else an address, else a visitor by number.</summary>
public sealed class ContactTitles(IStringLocalizer<ContactTitles> say)
{
    public string Of(ConversationRow row) => row.Called ?? say["Visitor {0}", row.ContactId];

    public string Of(ContactRow row) => row.Called ?? say["Visitor {0}", row.Id];
}
