using System.Globalization;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.Extensions.Options;

namespace Inbox.Access.FirstRun;

/// <summary>The first owner from the configuration, for containers and scripts. Does nothing once there is a user.</summary>
public sealed partial class UnattendedSetup(Installations installations, IOptions<SetupOptions> options, ILogger<UnattendedSetup> log)
{
    /// <exception cref="StartRefusedException">The business or its owner cannot be made.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var wanted = options.Value;
        if (string.IsNullOrEmpty(wanted.Email) || !await installations.IsNewAsync(cancellation))
        {
            return;
        }

        try
        {
            var slug = string.IsNullOrEmpty(wanted.Slug) ? null : wanted.Slug;
            if (await installations.CreateAsync(new NewInstallation(wanted.Business!, slug, NameFrom(wanted.Email), wanted.Email, wanted.Password!, wanted.SampleData), cancellation) is not null)
            {
                Created(wanted.Business!);
            }
        }
        catch (RefusedException refused)
        {
            throw new StartRefusedException($"Inbox:Setup cannot be carried out: {refused.Message}");
        }
    }

    /// <summary>What to call a person of whom only the e-mail is known: <c>ana.prado@…</c> is Ana Prado.</summary>
    private static string NameFrom(string email)
        => CultureInfo.InvariantCulture.TextInfo.ToTitleCase(email.Split('@')[0].Replace('.', ' ').Replace('_', ' ').Replace('-', ' '));

    [LoggerMessage(LogLevel.Information, "Made the business {Business} and its owner from Inbox:Setup")]
    private partial void Created(string business);
}
