using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Inbox.Channels.Templates;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Inbox.Channels.Sandbox;

/// <summary>
/// The templates of the stand-in, by business account. In memory; after a restart it learns again what it knew from what
/// was read of it. What is handed in is judged a moment later, and told by a webhook as the platform does.
/// </summary>
public sealed class SandboxTemplates(IServiceScopeFactory scopes, MetaSandbox sandbox, IOptions<SandboxOptions> options)
{
    /// <summary>A name that begins so is rejected, to see what that looks like.</summary>
    public const string Rejected = "reject";

    private readonly ConcurrentDictionary<string, Lazy<Task<ConcurrentDictionary<(string Name, string Language), SandboxTemplate>>>> _accounts = new();

    public async Task<IReadOnlyList<SandboxTemplate>> OfAsync(Channel channel)
        => [.. (await AccountAsync(channel)).Values.OrderBy(template => template.Id, StringComparer.Ordinal)];

    public async Task<SandboxTemplate?> FindAsync(Channel channel, string? name, string? language)
        => (await AccountAsync(channel)).GetValueOrDefault((name ?? "", language ?? ""));

    /// <summary>A new one; its judgement follows in the background.</summary>
    /// <returns>Null where one of the name and language is there.</returns>
    public async Task<bool> AddAsync(Channel channel, SandboxTemplate template)
    {
        if (!(await AccountAsync(channel)).TryAdd((template.Name, template.Language), template))
        {
            return false;
        }

        _ = JudgeAsync(channel, template);
        return true;
    }

    /// <returns>Whether there was one.</returns>
    public async Task<bool> RemoveAsync(Channel channel, string name, string? id)
    {
        var account = await AccountAsync(channel);
        var gone = account.Values.Where(template => template.Name == name && (id is null || template.Id == id)).ToList();
        gone.ForEach(template => account.TryRemove((template.Name, template.Language), out _));
        return gone.Count > 0;
    }

    public static string NewId() => $"9{RandomNumberGenerator.GetString("0123456789", 15)}";

    private async Task JudgeAsync(Channel channel, SandboxTemplate template)
    {
        var isRejected = template.Name.StartsWith(Rejected, StringComparison.Ordinal);
        var judged = template with { Status = isRejected ? "REJECTED" : "APPROVED", RejectedReason = isRejected ? "INVALID_FORMAT" : null };
        await sandbox.TellAsync(channel, TimeSpan.FromMilliseconds(options.Value.JudgedMilliseconds), async at =>
        {
            (await AccountAsync(channel)).TryUpdate((template.Name, template.Language), judged, template);
            return SandboxWebhooks.Template(channel, judged, at);
        });
    }

    private Task<ConcurrentDictionary<(string Name, string Language), SandboxTemplate>> AccountAsync(Channel channel)
        => _accounts.GetOrAdd(channel.GroupId ?? "", _ => new Lazy<Task<ConcurrentDictionary<(string, string), SandboxTemplate>>>(() => LearnAsync(channel))).Value;

    private async Task<ConcurrentDictionary<(string, string), SandboxTemplate>> LearnAsync(Channel channel)
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentTenant>().Use(channel.TenantId);
        await using var db = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<InboxDb>>().CreateDbContextAsync();
        var known = await (from row in db.Set<MessageTemplate>()
                           join account in db.Set<TemplateAccount>() on row.AccountId equals account.Id
                           where account.Kind == SandboxChannels.WhatsApp && account.ExternalId == channel.GroupId && row.ExternalId != ""   // else it is just being handed in
                           select row).AsNoTracking().ToListAsync();
        var templates = new ConcurrentDictionary<(string, string), SandboxTemplate>(SandboxTemplate.First.ToDictionary(template => (template.Name, template.Language)));
        foreach (var row in known.Where(row => row.Status is TemplateStatus.Approved or TemplateStatus.Pending or TemplateStatus.Rejected))
        {
            var template = new SandboxTemplate(
                row.ExternalId, row.Name, row.Language, row.Category.ToUpperInvariant(), row.Status.ToString().ToUpperInvariant(), JsonElement.Parse(row.Components),
                row.Status == TemplateStatus.Rejected ? "INVALID_FORMAT" : null);
            templates[(row.Name, row.Language)] = template;
            if (row.Status == TemplateStatus.Pending)
            {
                _ = JudgeAsync(channel, template);
            }
        }

        return templates;
    }
}
