using System.Text.RegularExpressions;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Contacts;

/// <summary>What is left out (null) stays, and is empty in a new field.</summary>
public sealed record CustomFieldEdit(string? Name = null, IReadOnlyList<string>? Choices = null, int? Position = null);

/// <summary>The fields that a business keeps of its contacts beside the usual ones.</summary>
public sealed partial class CustomFields(IDbContextFactory<InboxDb> dbs, TimeProvider clock)
{
    public const int MostFields = 100;

    /// <summary>All, in the order of screens.</summary>
    public async Task<IReadOnlyList<CustomField>> ListAsync(Caller caller, CancellationToken cancellation)
    {
        caller.Require(ContactPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await AllAsync(db, cancellation);
    }

    /// <exception cref="RefusedException">custom_field_not_found.</exception>
    public async Task<CustomField> FindAsync(Caller caller, long id, CancellationToken cancellation)
    {
        caller.Require(ContactPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await db.Set<CustomField>().AsNoTracking().SingleOrDefaultAsync(field => field.Id == id, cancellation) ?? throw RefusedException.NotFound("custom_field");
    }

    /// <param name="key">Null: made from the name.</param>
    /// <exception cref="RefusedException">invalid_value, custom_field_exists, too_many.</exception>
    public async Task<CustomField> AddAsync(Caller caller, string? key, CustomFieldKind kind, CustomFieldEdit edit, CancellationToken cancellation)
    {
        caller.Require(ContactPermissions.WriteFields);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        if (await db.Set<CustomField>().CountAsync(cancellation) >= MostFields)
        {
            throw new RefusedException("too_many", $"A business has at most {MostFields} fields of its own.", StatusCodes.Status409Conflict);
        }

        var field = new CustomField { TenantId = caller.TenantId, Key = KeyOf(key ?? edit.Name ?? ""), Name = "", Kind = kind, CreatedAt = clock.GetUtcNow().UtcDateTime };
        Apply(field, edit with { Name = edit.Name ?? "", Choices = edit.Choices ?? [] });
        db.Add(field);
        db.AuditRow(caller, "custom_field.created", field, Target(field));
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException error) when (error.IsDuplicateKey)
        {
            throw new RefusedException("custom_field_exists", "There is a field with this key.", StatusCodes.Status409Conflict, "key");
        }

        return field;
    }

    /// <param name="check">Is given the version before anything changes, and throws when the caller saw an older one.</param>
    /// <exception cref="RefusedException">custom_field_not_found, invalid_value, version_stale.</exception>
    public async Task<CustomField> ChangeAsync(Caller caller, long id, CustomFieldEdit edit, Action<long> check, CancellationToken cancellation)
    {
        caller.Require(ContactPermissions.WriteFields);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var field = await db.Set<CustomField>().SingleOrDefaultAsync(row => row.Id == id, cancellation) ?? throw RefusedException.NotFound("custom_field");
        check(field.Version);
        Apply(field, edit);
        db.AuditRow(caller, "custom_field.changed", field, Target(field));
        await db.SaveChangesAsync(cancellation);
        return field;
    }

    /// <summary>Removes a field. The values of contacts are kept, and are there again when a field with the same key is made.</summary>
    /// <exception cref="RefusedException">custom_field_not_found, version_stale.</exception>
    public async Task RemoveAsync(Caller caller, long id, Action<long> check, CancellationToken cancellation)
    {
        caller.Require(ContactPermissions.WriteFields);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var field = await db.Set<CustomField>().SingleOrDefaultAsync(row => row.Id == id, cancellation) ?? throw RefusedException.NotFound("custom_field");
        check(field.Version);
        db.Remove(field);
        db.AuditRow(caller, "custom_field.removed", field, Target(field));
        await db.SaveChangesAsync(cancellation);
    }

    internal static async Task<IReadOnlyList<CustomField>> AllAsync(InboxDb db, CancellationToken cancellation)
        => await db.Set<CustomField>().AsNoTracking().OrderBy(field => field.Position).ThenBy(field => field.Name).ThenBy(field => field.Id).ToListAsync(cancellation);

    private static void Apply(CustomField field, CustomFieldEdit edit)
    {
        field.Name = edit.Name is null ? field.Name
            : edit.Name.Trim() is { Length: > 0 and <= CustomField.LongestName } name && !name.Any(char.IsControl) ? name
            : throw new RefusedException("invalid_value", $"The name has 1 to {CustomField.LongestName} characters.", field: "name");
        field.Position = edit.Position ?? field.Position;
        if (edit.Choices is { } choices)
        {
            field.ChoiceLines = ChoicesOf(field.Kind, [.. choices.Select(choice => choice?.Trim() ?? "")]);
        }
    }

    private static string ChoicesOf(CustomFieldKind kind, string[] choices)
        => kind != CustomFieldKind.List
            ? choices.Length == 0 ? "" : throw new RefusedException("invalid_value", "Only a list has choices.", field: "choices")
            : choices.Length is > 0 and <= CustomField.MostChoices && choices.All(choice => choice.Length is > 0 and <= CustomField.LongestChoice && !choice.Any(char.IsControl))
                && choices.Distinct(StringComparer.OrdinalIgnoreCase).Count() == choices.Length
            ? string.Join('\n', choices)
            : throw new RefusedException("invalid_value", $"A list has 1 to {CustomField.MostChoices} different choices of at most {CustomField.LongestChoice} characters.", field: "choices");

    private static string KeyOf(string text)
        => Other.Replace(text.Trim().ToLowerInvariant(), "_").Trim('_') is { Length: > 0 and <= CustomField.LongestKey } key
            ? key
            : throw new RefusedException("invalid_value", $"A key has 1 to {CustomField.LongestKey} letters a to z, digits and underscores.", field: "key");

    private static AuditObject Target(CustomField field) => AuditObject.Of("custom_field", field.Id, field.Name);

    [GeneratedRegex("[^a-z0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex Other { get; }
}
