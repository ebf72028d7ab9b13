using System.Text.RegularExpressions;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Contacts;

/// <summary>
/// The one rule of which contacts a caller reaches: those of a conversation that the permission reaches and those that the
/// person made; with the scope all, every contact of the business.
/// </summary>
public static partial class ContactScope
{
    private const int FewestDigits = 3;

    public static IQueryable<Contact> VisibleTo(this IQueryable<Contact> contacts, InboxDb db, Caller caller, IContactThreads threads, string permission = ContactPermissions.Read)
    {
        switch (caller.ScopeOf(permission))
        {
            case PermissionScope.All:
                return contacts;
            case PermissionScope.None:
                return contacts.Where(contact => false);
            default:
                var reached = threads.ReachedBy(db, caller, permission);
                var me = caller.UserId ?? 0;
                return contacts.Where(contact => contact.CreatedById == me || reached.Contains(contact.Id));
        }
    }

    /// <summary>The contact, tracked, to do something with it that needs a permission beside reading.</summary>
    /// <exception cref="ForbiddenException">The caller sees it and the permission does not reach it.</exception>
    /// <exception cref="RefusedException">contact_not_found: also when the caller may not see it.</exception>
    internal static async Task<Contact> ContactForAsync(
        this InboxDb db, Caller caller, IContactThreads threads, long id, string permission, CancellationToken cancellation)
    {
        var contact = await db.Set<Contact>().VisibleTo(db, caller, threads).SingleOrDefaultAsync(row => row.Id == id, cancellation) ?? throw RefusedException.NotFound("contact");
        var reaches = permission == ContactPermissions.Read || caller.ScopeOf(permission) == PermissionScope.All
            || await db.Set<Contact>().VisibleTo(db, caller, threads, permission).AnyAsync(row => row.Id == id, cancellation);
        return reaches ? contact : throw new ForbiddenException(permission);
    }

    /// <summary>Contacts by a part of name, e-mail or phone; for those who may not see addresses by the whole of one.</summary>
    public static IQueryable<Contact> Named(this IQueryable<Contact> contacts, InboxDb db, Caller caller, string text)
    {
        var part = $"%{Escaped(text)}%";
        if (!caller.SeesAddresses())
        {
            var (number, email) = (PhoneNumber.DigitsOf(text), text.Trim().ToLowerInvariant());
            return db.Database.IsNpgsql()
                ? contacts.Where(c => EF.Functions.ILike(c.Name!, part, "\\") || c.Email == email || (number != null && c.Phone == number))
                : contacts.Where(c => EF.Functions.Like(c.Name!, part, "\\") || c.Email == email || (number != null && c.Phone == number));
        }

        var digits = string.Concat(text.Where(char.IsAsciiDigit));
        var phone = digits.Length >= FewestDigits ? $"%{digits}%" : null;
        return db.Database.IsNpgsql()
            ? contacts.Where(c => EF.Functions.ILike(c.Name!, part, "\\") || EF.Functions.ILike(c.Email!, part, "\\") || (phone != null && EF.Functions.ILike(c.Phone!, phone, "\\")))
            : contacts.Where(c => EF.Functions.Like(c.Name!, part, "\\") || EF.Functions.Like(c.Email!, part, "\\") || (phone != null && EF.Functions.Like(c.Phone!, phone, "\\")));
    }

    private static string Escaped(string text) => Special.Replace(text.Trim(), "\\$0");

    [GeneratedRegex(@"[\\%_\[]")]
    private static partial Regex Special { get; }
}
