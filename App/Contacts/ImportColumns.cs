using Inbox.Data;
using Inbox.Tenancy;

namespace Inbox.Contacts;

/// <summary>Which column of a file is which field of a contact.</summary>
public sealed class ImportColumns
{
    private readonly Dictionary<string, int> _places;

    private ImportColumns(Dictionary<string, int> places) => _places = places;

    /// <summary>What a column can be, beside custom fields.</summary>
    public static IReadOnlyList<string> Known { get; } = [.. ContactColumns.Fixed, "tags", "opted_in_at", "opted_out_at"];

    public IEnumerable<string> Fields => _places.Keys;

    /// <summary>What a column is taken for where nobody says otherwise: its own name, or that of a custom field; null: nothing.</summary>
    public static string? Guess(string header, IEnumerable<CustomField> fields)
    {
        var name = header.Trim().ToLowerInvariant().Replace(' ', '_').Replace('-', '_');
        return Known.FirstOrDefault(known => known == name)
            ?? name switch { "e_mail" or "mail" or "email_address" => "email", "telephone" or "phone_number" or "mobile" => "phone", "full_name" => "name", "surname" => "last_name", _ => null }
            ?? fields.Where(field => ContactFields.Custom + field.Key == name || string.Equals(field.Name, header.Trim(), StringComparison.OrdinalIgnoreCase) || field.Key == name)
                .Select(field => ContactFields.Custom + field.Key).FirstOrDefault();
    }

    /// <param name="mapping">By the column's name: the field, or an empty text to leave it out. Columns that are not named are guessed.</param>
    /// <exception cref="RefusedException">invalid_value: there is no such column or field, two columns are one field, or none says who it is.</exception>
    public static ImportColumns Of(IReadOnlyList<string> headers, IReadOnlyDictionary<string, string>? mapping, IReadOnlyList<CustomField> fields)
    {
        if (mapping?.Keys.FirstOrDefault(name => !headers.Contains(name)) is { } missing)
        {
            throw Invalid($"The file has no column {missing.Cut(60)}.");
        }

        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var place = 0; place < headers.Count; place++)
        {
            var field = mapping is not null && mapping.TryGetValue(headers[place], out var said) ? said : Guess(headers[place], fields);
            if (string.IsNullOrEmpty(field))
            {
                continue;
            }

            if (!Known.Contains(field) && !fields.Any(own => ContactFields.Custom + own.Key == field))
            {
                throw Invalid($"There is no field {field.Cut(60)}: {string.Join(", ", Known)} or {ContactFields.Custom}key.");
            }

            if (!places.TryAdd(field, place))
            {
                throw Invalid($"Two columns are {field}.");
            }
        }

        string[] naming = ["id", "name", "first_name", "last_name", "phone", "email"];
        return naming.Any(places.ContainsKey) ? new ImportColumns(places) : throw Invalid("No column says who a contact is: a name, a phone number or an e-mail address.");
    }

    /// <returns>Null where the file has no such column, or the field is empty.</returns>
    public string? Read(IReadOnlyList<string> row, string field)
        => _places.TryGetValue(field, out var place) && place < row.Count && Csv.Read(row[place]).Replace("\0", "", StringComparison.Ordinal).Trim() is { Length: > 0 } text ? text : null;

    private static RefusedException Invalid(string detail) => new("invalid_value", detail, field: "mapping");
}
