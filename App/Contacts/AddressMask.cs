using System.Text.RegularExpressions;
using Inbox.Access;
using Inbox.Tenancy;

namespace Inbox.Contacts;

/// <summary>
/// Phone numbers and e-mail addresses as those see them who may not read them in full: enough to tell two people apart, not
/// enough to write to one. Whoever knows an address finds its contact by the whole of it.
/// </summary>
internal static partial class AddressMask
{
    private const string Hidden = "••••";
    private const int CountryDigits = 2;
    private const int LastDigits = 4;
    private const int LikelyDigits = 9;

    public static bool SeesAddresses(this Caller caller) => caller.May(ContactPermissions.ReadAddresses);

    /// <summary>The beginning, which says the country, and the end.</summary>
    public static string? Phone(string? digits)
        => digits is null ? null : digits.Length <= CountryDigits + LastDigits ? Hidden : $"{digits[..CountryDigits]} {Hidden} {digits[^LastDigits..]}";

    /// <summary>The first letter and the domain.</summary>
    public static string? Email(string? address)
        => address is null ? null : address.IndexOf('@', StringComparison.Ordinal) is > 0 and var at ? $"{address[0]}{Hidden}{address[at..]}" : Hidden;

    /// <param name="kind">See <see cref="ContactIdentity.Kind"/>; ids that only a platform knows are no secret; a site may know its people by their addresses.</param>
    public static string Address(string kind, string address) => kind switch
    {
        "phone" => Phone(address)!,
        "email" => Email(address)!,
        "user" => Within(address),
        _ => address,
    };

    /// <summary>A text that looks like an address; any other stands as it is.</summary>
    public static string Likely(string text)
        => EmailAddress.IsValid(text) ? Email(text)!
            : PhoneNumber.DigitsOf(text) is { } digits && (text.TrimStart().StartsWith('+') || digits.Length >= LikelyDigits) ? Phone(digits)!
            : text;

    /// <summary>A text with masks over what looks like an address in it.</summary>
    public static string Within(string text)
        => LikelyPhone().Replace(LikelyEmail().Replace(text, found => Email(found.Value)!), found => Likely(found.Value));

    /// <summary>Whether a text has gone through a mask.</summary>
    public static bool IsIn(string text) => text.Contains(Hidden[0], StringComparison.Ordinal);

    /// <summary>Puts the masks into a contact that is read, and never saved.</summary>
    public static void Put(Contact contact) => (contact.Phone, contact.Email) = (Phone(contact.Phone), Email(contact.Email));

    [GeneratedRegex(@"[^\s@<>()""',;:]{1,64}@[^\s@<>()""',;:]{1,255}", RegexOptions.NonBacktracking)]
    private static partial Regex LikelyEmail();

    [GeneratedRegex(@"\+?[0-9][0-9 ()./-]{5,30}[0-9]", RegexOptions.NonBacktracking)]
    private static partial Regex LikelyPhone();
}
