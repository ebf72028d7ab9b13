using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;

namespace Inbox.Access.Mail;

/// <summary>Tells those who run the installation by mail, where <c>Inbox:Email:Notify</c> names them. Nobody waits for it: what it tells stands in the app too.</summary>
public sealed class Notices(Mails mails, IOptions<EmailOptions> options, IStringLocalizer<Notices> text)
{
    public void SupportAllowed(string business, string owner, DateTime until, string? reason)
        => Tell(text["support subject", business], text["support", owner, business, until, reason ?? ""]);

    private void Tell(string subject, string body) => _ = Task.WhenAll(options.Value.Notified.Select(address => mails.SendAsync(address, subject, body, CancellationToken.None)));
}
