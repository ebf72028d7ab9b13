using System.Text.RegularExpressions;
using Inbox.Access;
using Inbox.Data;
using Inbox.Tenancy;

namespace Inbox.Contacts;

/// <summary>What the fields of a contact take.</summary>
internal static partial class ContactValues
{
    /// <summary>Puts all of an edit but its tags into a contact.</summary>
    /// <exception cref="RefusedException">invalid_value.</exception>
    public static void Put(Contact contact, ContactEdit edit, IReadOnlyList<CustomField> fields)
    {
        contact.FirstName = TextOf(edit.FirstName, contact.FirstName, "first_name");
        contact.LastName = TextOf(edit.LastName, contact.LastName, "last_name");
        contact.Name = TextOf(edit.Name, contact.Name, "name");
        if (edit.Name is null && (edit.FirstName ?? edit.LastName) is not null)
        {
            contact.Name = $"{contact.FirstName} {contact.LastName}".Trim() is { Length: > 0 } both ? both.Cut(Contact.LongestName) : null;
        }

        // A file or a program gives back what it was shown: a mask of what is stored already changes nothing.
        contact.Phone = edit.Phone is null || edit.Phone.Trim() == AddressMask.Phone(contact.Phone) ? contact.Phone
            : edit.Phone.Trim().Length == 0 ? null
            : PhoneNumber.DigitsOf(edit.Phone) is { } digits && digits[0] != '0' ? digits : throw Invalid("phone", $"A phone number has {PhoneNumber.Shortest} to {PhoneNumber.Longest} digits, with the country's code.");
        if (edit.Email is { } email && email.Trim() != AddressMask.Email(contact.Email))
        {
            var given = email.Trim() is not { Length: > 0 } typed ? null
                : typed.Length <= Contact.LongestEmail && !AddressMask.IsIn(typed) && EmailAddress.IsValid(typed) ? typed.ToLowerInvariant()
                : throw Invalid("email", "This is no e-mail address.");
            (contact.Email, contact.IsEmailClaimed) = (given, contact.IsEmailClaimed && given == contact.Email);
        }

        contact.Language = edit.Language is null ? contact.Language
            : edit.Language.Trim() is not { Length: > 0 } language ? null
            : language.Length <= Contact.LongestLanguage && LanguageTag.IsMatch(language) ? language
            : throw Invalid("language", "A language is written as de or pt-BR.");
        contact.CustomFields = edit.CustomFields is { } values ? CustomFieldValues.Put(contact.CustomFields, values, fields) : contact.CustomFields;
        contact.ExternalUpdatedAt = edit.ExternalUpdatedAt ?? contact.ExternalUpdatedAt;
    }

    /// <exception cref="RefusedException">invalid_value: nothing says who it is.</exception>
    public static void CheckNamed(Contact contact)
    {
        if (contact is { Name: null, Phone: null, Email: null })
        {
            throw Invalid("name", "A contact has a name, a phone number or an e-mail address.");
        }
    }

    public static RefusedException Invalid(string field, string detail) => new("invalid_value", detail, field: field);

    private static string? TextOf(string? text, string? before, string field)
        => text is null ? before
            : text.Trim() is not { Length: > 0 } trimmed ? null
            : trimmed.Length <= Contact.LongestName && !trimmed.Any(char.IsControl) ? trimmed
            : throw Invalid(field, $"This has at most {Contact.LongestName} characters on one line.");

    [GeneratedRegex(@"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*\z", RegexOptions.CultureInvariant)]
    private static partial Regex LanguageTag { get; }
}
