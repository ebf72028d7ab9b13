using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Inbox.Access.Mail;

/// <summary>The mail server that carries invitations and notices, section <c>Inbox:Email</c>. Without a server nothing is mailed.</summary>
public sealed class EmailOptions
{
    /// <summary>Host name. Empty: links are shown for copying instead.</summary>
    public string? Server { get; set; }

    /// <summary>465 speaks TLS from the start, any other begins plain and goes over to TLS where the server offers it.</summary>
    [Range(1, 65535)]
    public int Port { get; set; } = 587;

    public string? Username { get; set; }

    public string? Password { get; set; }

    /// <summary>The sender's address.</summary>
    public string? From { get; set; }

    /// <summary>Who gets the installation's notices by mail, with commas between; empty: nobody, they are in the app only.</summary>
    public string? Notify { get; set; }

    internal IReadOnlyList<string> Notified => Notify?.Split([',', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}

public sealed class EmailOptionsValidator : IValidateOptions<EmailOptions>
{
    public ValidateOptionsResult Validate(string? name, EmailOptions options)
    {
        List<string> wrong = [];
        if (!string.IsNullOrEmpty(options.Server) && !EmailAddress.IsValid(options.From))
        {
            wrong.Add("Inbox:Email:Server is set, so Inbox:Email:From must be an e-mail address.");
        }

        if (options.Port is < 1 or > 65535)
        {
            wrong.Add("Inbox:Email:Port is 1 to 65535.");
        }

        wrong.AddRange(options.Notified.Where(address => !EmailAddress.IsValid(address)).Select(address => $"Inbox:Email:Notify holds e-mail addresses with commas between; {address} is none."));
        return wrong is [] ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }
}
