using Inbox.Tenancy;

namespace Inbox.Contacts;

/// <summary>
/// Phone numbers and e-mail addresses as those see them who may not read them in full: enough to tell two people apart, not
/// enough to write to one. Whoever knows an address finds its contact by the whole of it.
/// </summary>
internal static class AddressMask
{
    private const string Hidden = "••••";
    private const int CountryDigits = 2;
    private const int LastDigits = 4;

    public static bool SeesAddresses(this Caller caller) => caller.May(ContactPermissions.ReadAddresses);

    /// <summary>The beginning, which says the country, and the end.</summary>
    public static string? Phone(string? digits)
        => digits is null ? null : digits.Length <= CountryDigits + LastDigits ? Hidden : $"{digits[..CountryDigits]} {Hidden} {digits[^LastDigits..]}";

    /// <summary>The first letter and the domain.</summary>
    public static string? Email(string? address)
        => address is null ? null : address.IndexOf('@', StringComparison.Ordinal) is > 0 and var at ? $"{address[0]}{Hidden}{address[at..]}" : Hidden;

    /// <param name="kind">See <see cref="ContactIdentity.Kind"/>; ids that only a platform knows are no secret.</param>
    public static string Address(string kind, string address) => kind switch
    {
        "phone" => Phone(address)!,
        "email" => Email(address)!,
        _ => address,
    };

    /// <summary>Puts the masks into a contact that is read, and never saved.</summary>
    public static void Put(Contact contact) => (contact.Phone, contact.Email) = (Phone(contact.Phone), Email(contact.Email));
}
