using Microsoft.Extensions.Options;

namespace Inbox.Access.Keys;

/// <summary>The keys that encrypt the secrets in the database and sign the audit rows, section <c>Inbox:Keys</c>.</summary>
public sealed class KeyOptions
{
    /// <summary>32 bytes in Base64. Empty: made at the first start in the data directory, <c>keys/kek</c>.</summary>
    public string? KeyEncryptionKey { get; set; }

    /// <summary>Earlier keys in Base64, by which what they encrypted is still read.</summary>
    public IList<string> PreviousKeys { get; init; } = [];

    /// <summary>Signs the audit rows: 32 bytes in Base64. Empty: made at the first start in the data directory, <c>keys/audit</c>.</summary>
    public string? AuditKey { get; set; }

    /// <summary>Earlier audit keys in Base64, by which the rows that they signed are still verified.</summary>
    public IList<string> PreviousAuditKeys { get; init; } = [];

    internal static byte[]? Read(string? text)
    {
        var bytes = new byte[KeyRing.KeySize + 1];
        return text is not null && Convert.TryFromBase64String(text.Trim(), bytes, out var length) && length == KeyRing.KeySize ? bytes[..length] : null;
    }
}

public sealed class KeyOptionsValidator : IValidateOptions<KeyOptions>
{
    public ValidateOptionsResult Validate(string? name, KeyOptions options)
    {
        var problems = new List<string>();
        if (!string.IsNullOrEmpty(options.KeyEncryptionKey) && KeyOptions.Read(options.KeyEncryptionKey) is null)
        {
            problems.Add("Inbox:Keys:KeyEncryptionKey must be 32 bytes in Base64; 'openssl rand -base64 32' makes one.");
        }

        if (options.PreviousKeys.Any(key => KeyOptions.Read(key) is null))
        {
            problems.Add("Inbox:Keys:PreviousKeys must be a list of keys of 32 bytes in Base64.");
        }

        if (!string.IsNullOrEmpty(options.AuditKey) && KeyOptions.Read(options.AuditKey) is null)
        {
            problems.Add("Inbox:Keys:AuditKey must be 32 bytes in Base64; 'openssl rand -base64 32' makes one.");
        }

        if (options.PreviousAuditKeys.Any(key => KeyOptions.Read(key) is null))
        {
            problems.Add("Inbox:Keys:PreviousAuditKeys must be a list of keys of 32 bytes in Base64.");
        }

        return problems is [] ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
