using System.Net.Sockets;
using MailKit;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Inbox.Access.Mail;

/// <summary>Sends mail in plain text. What the sender's people typed goes in as text and never as a header's end.</summary>
public sealed partial class Mails(IOptions<EmailOptions> options, ILogger<Mails> log)
{
    private const int Limit = 10_000;

    public bool IsConfigured => !string.IsNullOrEmpty(options.Value.Server);

    /// <returns>Whether the mail server took it.</returns>
    public async Task<bool> SendAsync(string to, string subject, string text, CancellationToken cancellation)
    {
        if (!IsConfigured)
        {
            return false;
        }

        try
        {
            using var message = new MimeMessage();
            message.From.Add(MailboxAddress.Parse(options.Value.From!));
            message.To.Add(MailboxAddress.Parse(to));
            message.Subject = subject;
            message.Body = new TextPart("plain") { Text = text };
            await SendAsync(message, cancellation);
            return true;
        }
        catch (Exception error) when (error is ProtocolException or CommandException or ServiceNotConnectedException or ServiceNotAuthenticatedException or AuthenticationException or SslHandshakeException
            or SocketException or IOException or TimeoutException or NotSupportedException or ParseException)
        {
            NotSent(error);
            return false;
        }
    }

    private async Task SendAsync(MimeMessage message, CancellationToken cancellation)
    {
        var email = options.Value;
        using var server = new MailKit.Net.Smtp.SmtpClient { Timeout = Limit };
        await server.ConnectAsync(email.Server!, email.Port, email.Port == 465 ? SecureSocketOptions.SslOnConnect : SecureSocketOptions.StartTlsWhenAvailable, cancellation);
        if (!string.IsNullOrEmpty(email.Username))
        {
            await server.AuthenticateAsync(email.Username, email.Password ?? "", cancellation);
        }

        await server.SendAsync(message, cancellation);
        await server.DisconnectAsync(quit: true, cancellation);
    }

    [LoggerMessage(LogLevel.Warning, "The mail server did not take a mail")]
    private partial void NotSent(Exception error);
}
