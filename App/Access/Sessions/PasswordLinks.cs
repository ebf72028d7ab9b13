using Inbox.Access.Mail;
using Inbox.Tenancy;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;

namespace Inbox.Access.Sessions;

/// <summary>Sends links for a new password. Whoever asks learns nothing: neither by the answer nor by its time.</summary>
public sealed partial class PasswordLinks(
    Passwords passwords, Mails mails, IServiceScopeFactory scopes, IOptions<AccessOptions> access, IStringLocalizer<PasswordLinks> text, ILogger<PasswordLinks> log)
{
    /// <summary>Links go out by mail and to a known address only.</summary>
    public bool CanMail => mails.IsConfigured && access.Value.PublicBaseUrl is not null;

    /// <exception cref="RefusedException">too_many_attempts.</exception>
    public async Task AskAsync(HttpContext http, string email, CancellationToken cancellation)
    {
        await passwords.RequireNotTooManyAsync(http, email, cancellation);
        if (CanMail && EmailAddress.IsValid(email))
        {
            _ = MailAsync(email);
        }
    }

    /// <summary>This installation knows its own address.</summary>
    public bool IsWhole => access.Value.PublicBaseUrl is not null;

    /// <summary>The whole address where this installation knows its own, else its path.</summary>
    public string Whole(string path) => access.Value.PublicBaseUrl is { } site ? new Uri(site, path).ToString() : path;

    private async Task MailAsync(string email)
    {
        await Task.Yield();
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            if (await scope.ServiceProvider.GetRequiredService<Passwords>().LinkForAsync(email, CancellationToken.None) is { } path)
            {
                await scope.ServiceProvider.GetRequiredService<Mails>().SendAsync(email, text["subject"], text["body", Whole(path)], CancellationToken.None);
            }
        }
        catch (Exception error)
        {
            NotSent(error);   // nobody waits for it
        }
    }

    [LoggerMessage(LogLevel.Error, "A link for a new password could not be made")]
    private partial void NotSent(Exception error);
}
