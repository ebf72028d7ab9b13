using Inbox.Data;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Channels.Templates;

/// <param name="Account">The platform's id of what holds the template.</param>
/// <param name="At">The platform's time.</param>
public sealed record ArrivingTemplate(Channel Channel, string Account, TemplateNews News, DateTime At);

/// <summary>What platforms tell of templates by themselves, in the transaction that marks their deliveries as done.</summary>
public static class ArrivingTemplates
{
    /// <summary>Changes the rows; the caller saves. News of a template that is not known here waits for the next sync, which brings it.</summary>
    public static async Task ApplyAsync(InboxDb db, IReadOnlyList<ArrivingTemplate> arriving, CancellationToken cancellation)
    {
        if (arriving.Count == 0)
        {
            return;
        }

        var ids = arriving.Select(template => template.News.ExternalId).Distinct().ToArray();
        var names = arriving.Select(template => template.News.Name).OfType<string>().Distinct().ToArray();
        var rows = (await (from row in db.Set<MessageTemplate>().IgnoreQueryFilters([Filters.Tenant])
                           join account in db.Set<TemplateAccount>().IgnoreQueryFilters([Filters.Tenant]) on row.AccountId equals account.Id
                           where ids.Contains(row.ExternalId) || names.Contains(row.Name)
                           select new { Row = row, account.Kind, Account = account.ExternalId }).ToListAsync(cancellation))
            .ToLookup(found => (found.Row.TenantId, found.Kind, found.Account), found => found.Row);
        foreach (var (channel, account, news, at) in arriving.OrderBy(template => template.At))
        {
            var known = rows[(channel.TenantId, channel.Kind, account)].ToList();
            (known.Find(row => row.ExternalId == news.ExternalId) ?? known.Find(row => row.Name == news.Name && row.Language == news.Language))?.Hear(news, at);
        }
    }
}
