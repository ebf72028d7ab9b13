using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;

namespace Inbox.Access.Mail;

/// <summary>Tells those who run the installation by mail. Nobody waits for it: what it tells stands in the app too.</summary>
public sealed partial class Notices(Mails mails, IOptions<EmailOptions> options, IServiceScopeFactory scopes, IStringLocalizer<Notices> text, ILogger<Notices> log)
{
    public void SupportAllowed(string business, string owner, DateTime until, string? reason)
        => _ = TellAsync(text["support subject", business], text["support", owner, business, until, reason ?? ""]);

    private async Task TellAsync(string subject, string body)
    {
        if (!mails.IsConfigured)
        {
            return;
        }

        try
        {
            foreach (var address in await AddressesAsync())
            {
                await mails.SendAsync(address, subject, body, CancellationToken.None);
            }
        }
        catch (Exception error)   // nobody waits for it who could be told
        {
            NotTold(error);
        }
    }

    private async Task<IReadOnlyList<string>> AddressesAsync()
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentTenant>().UseMany();
        await using var db = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<InboxDb>>().CreateDbContextAsync();
        return await db.InstallationAsync(options.Value, CancellationToken.None);
    }

    [LoggerMessage(LogLevel.Warning, "Those who run the installation could not be told by mail")]
    private partial void NotTold(Exception error);
}
