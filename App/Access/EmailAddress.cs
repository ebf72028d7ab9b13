using System.Net.Mail;

namespace Inbox.Access;

public static class EmailAddress
{
    private const int Longest = 254;   // RFC 5321, with the note of erratum 1690

    public static bool IsValid(string? text)
        => text is { Length: > 2 and <= Longest } && MailAddress.TryCreate(text, out var address) && address.Address == text && !text.Any(char.IsControl)
            && !text.Any(char.IsWhiteSpace);
}
