using System.Text.Json;
using Inbox.Access.Company;
using Inbox.Data;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Channels.Website;

/// <summary>Reads the answers that come with a visitor's message, and asks for them where the form stands before it.</summary>
public sealed class VisitorForms(IDbContextFactory<InboxDb> dbs, ICustomerThreads threads, VisitorMessages messages, TimeProvider clock)
{
    /// <param name="given">By key; null: the message brings none.</param>
    /// <exception cref="Access.Http.InvalidValuesException">By field, below answers.</exception>
    public async Task<IReadOnlyList<VisitorAnswer>?> ReadAsync(CurrentVisitor visitor, IReadOnlyDictionary<string, JsonElement>? given, CancellationToken cancellation)
    {
        var form = WebsiteSettings.Of(visitor.Channel).PreChat;
        return given is not null || await IsAskedAsync(visitor, form, cancellation)
            ? VisitorAnswers.Read(form, given ?? new Dictionary<string, JsonElement>(), visitor.Visitor)
            : null;
    }

    private async Task<bool> IsAskedAsync(CurrentVisitor visitor, PreChatForm? form, CancellationToken cancellation)
        => form is not null and not { Show: PreChatForm.Never } && form.Fields.Any(field => field.Required) && visitor.UserId is null && !messages.HasWritten(visitor)
            && (form.Show == PreChatForm.Always || !await IsOpenAsync(visitor.Channel, cancellation))
            && await threads.ConversationAsync(visitor.Channel, visitor.Address, cancellation) is null;

    private async Task<bool> IsOpenAsync(Channel channel, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var hours = await OpeningHours.ReadAsync(db, channel.DepartmentId ?? WorkingHours.WholeBusiness, cancellation);
        return hours.Hours.IsOpenAt(clock.GetUtcNow().UtcDateTime);
    }
}
