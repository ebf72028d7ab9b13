using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;
using Inbox.Access.Http;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Inbox.Contacts;

public static class ContactEndpoints
{
    public static void MapContacts(this IEndpointRouteBuilder app)
    {
        var contacts = app.MapGroup("/api/v1/contacts").WithTags("Contacts").RequireAuthorization(ContactPermissions.Read).Refuses("unauthorized", "forbidden", "rate_limited");
        contacts.MapGet("/", ListAsync).WithSummary("Lists the contacts that the caller may see, newest first").Refuses("invalid_cursor", "invalid_value");
        contacts.MapGet("/{id:long}", FindAsync).WithSummary("Shows a contact").Refuses("contact_not_found");
        contacts.MapPost("/", AddAsync).WithSummary("Makes a contact").RequireAuthorization(ContactPermissions.Write).Refuses("invalid_body", "invalid_value");
        contacts.MapPut("/{id:long}", ChangeAsync).WithSummary("Changes a contact; what is left out stays, an empty text takes a value away").RequireAuthorization(ContactPermissions.Write)
            .Refuses("invalid_body", "contact_not_found", "invalid_value", "contact_newer", "version_stale", "changed_meanwhile");
        contacts.MapDelete("/{id:long}", RemoveAsync).WithSummary("Hides a contact; its conversations stay, and it is there again when the person writes")
            .RequireAuthorization(ContactPermissions.Delete).Refuses("contact_not_found", "version_stale", "changed_meanwhile");
        contacts.MapPost("/bulk", BulkAsync).WithSummary("Makes one change to many contacts, and says which were left as they are").RequireAuthorization(ContactPermissions.Write)
            .Refuses("invalid_body", "invalid_cursor", "invalid_value");
        contacts.MapGet("/export", ExportAsync).WithSummary("Streams contacts as CSV, with the filters of the list").RequireAuthorization(ContactPermissions.Export)
            .Produces(200, contentType: "text/csv").Refuses("invalid_value");
        contacts.MapPost("/import", ImportAsync).WithSummary("Takes contacts from a CSV file, or says what would happen").RequireAuthorization(ContactPermissions.Import, ContactPermissions.ReadAddresses)
            .Refuses("invalid_body", "invalid_value");
    }

    private static async Task<Ok<ListOf<ContactDetails>>> ListAsync(
        Caller caller, ContactLists lists, CustomFields fields, [AsParameters] ContactQuery query, CancellationToken cancellation, int limit = 50, string? cursor = null)
    {
        var page = await lists.PageAsync(caller, query.Filter(), Paging.After(cursor), Paging.Limit(limit), cancellation);
        var own = await fields.ListAsync(caller, cancellation);
        return TypedResults.Ok(new ListOf<ContactDetails>([.. page.Items.Select(row => ContactDetails.Of(row, own))], page.NextCursor));
    }

    private static Task<WithVersion<Ok<ContactDetails>>> FindAsync(long id, Caller caller, ContactLists lists, CustomFields fields, CancellationToken cancellation)
        => AnswerAsync(id, caller, lists, fields, cancellation);

    private static async Task<WithVersion<Created<ContactDetails>>> AddAsync(
        Body<ContactRequest> body, Caller caller, ContactEdits edits, ContactLists lists, CustomFields fields, CancellationToken cancellation)
    {
        var contact = await edits.AddAsync(caller, body.Value.Edit, cancellation);
        var row = await lists.FindAsync(caller, contact.Id, cancellation);
        return TypedResults.Created($"/api/v1/contacts/{contact.Id}", ContactDetails.Of(row, await fields.ListAsync(caller, cancellation))).WithVersion(contact.Version);
    }

    private static async Task<WithVersion<Ok<ContactDetails>>> ChangeAsync(
        long id, IfMatch match, Body<ContactRequest> body, Caller caller, ContactEdits edits, ContactLists lists, CustomFields fields, CancellationToken cancellation)
    {
        await edits.ChangeAsync(caller, id, body.Value.Edit, match.Check, cancellation);
        return await AnswerAsync(id, caller, lists, fields, cancellation);
    }

    private static async Task<NoContent> RemoveAsync(long id, IfMatch match, Caller caller, ContactEdits edits, CancellationToken cancellation)
    {
        await edits.RemoveAsync(caller, id, match.Check, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<ContactBatchResult>> BulkAsync(Body<ContactBulkRequest> body, Caller caller, ContactBatches batches, CancellationToken cancellation)
    {
        var (ids, filter, addTags, removeTags, blocked, cursor) = body.Value;
        if (ids is null == filter is null)
        {
            throw new RefusedException("invalid_value", "Give either ids or a filter.", field: "ids");
        }

        var change = new ContactBatch(addTags, removeTags, blocked);
        if (change == new ContactBatch())
        {
            throw new RefusedException("invalid_value", "Say what to change: add_tags, remove_tags or blocked.", field: "add_tags");
        }

        return TypedResults.Ok(ids is not null
            ? await batches.ChangeAsync(caller, ids, change, cancellation)
            : await batches.ChangeAsync(caller, filter!.Filter(), Paging.After(cursor), change, cancellation));
    }

    private static async Task ExportAsync(HttpContext context, Caller caller, ContactExport export, [AsParameters] ContactQuery query, CancellationToken cancellation)
    {
        var filter = query.Filter();
        await export.RecordAsync(caller, filter, cancellation);
        context.Response.ContentType = Csv.MediaType;
        context.Response.Headers.ContentDisposition = "attachment; filename=\"contacts.csv\"";
        await foreach (var line in export.LinesAsync(caller, filter, cancellation))
        {
            await context.Response.WriteAsync(line, cancellation);
        }
    }

    private static async Task<Ok<ImportReport>> ImportAsync(Body<ImportRequest> body, Caller caller, ContactImports imports, CancellationToken cancellation)
        => TypedResults.Ok(await imports.RunAsync(caller, body.Value.Csv, body.Value.Mapping, body.Value.DryRun, cancellation));

    internal static async Task<WithVersion<Ok<ContactDetails>>> AnswerAsync(long id, Caller caller, ContactLists lists, CustomFields fields, CancellationToken cancellation)
    {
        var row = await lists.FindAsync(caller, id, cancellation);
        return TypedResults.Ok(ContactDetails.Of(row, await fields.ListAsync(caller, cancellation))).WithVersion(row.Contact.Version);
    }
}

/// <summary>The filters of a list as they stand in an address.</summary>
public sealed record ContactQuery
{
    private const int Longest = 200;

    /// <summary>A part of name, phone or e-mail.</summary>
    public string? Q { get; init; }

    /// <summary>A tag's name, without regard to case.</summary>
    public string? Tag { get; init; }

    /// <summary>A kind of channel on which the contact has an address.</summary>
    public string? Channel { get; init; }

    public bool? Blocked { get; init; }

    [FromQuery(Name = "opted_out")]
    public bool? OptedOut { get; init; }

    /// <summary>The whole number, however it is written.</summary>
    public string? Phone { get; init; }

    /// <summary>The whole address.</summary>
    public string? Email { get; init; }

    /// <summary>Only these, with commas between.</summary>
    public string? Ids { get; init; }

    /// <exception cref="RefusedException">invalid_value.</exception>
    public ContactFilter Filter() => new(
        TextOf("q", Q),
        TextOf("tag", Tag),
        TextOf("channel", Channel),
        Blocked,
        OptedOut,
        TextOf("phone", Phone) is { } phone ? PhoneNumber.DigitsOf(phone) ?? throw Invalid("phone", "phone is a number with the country's code.") : null,
        TextOf("email", Email)?.ToLowerInvariant(),
        IdsOf(Ids));

    private static IReadOnlyList<long>? IdsOf(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var ids = text.Split(',', StringSplitOptions.TrimEntries).Select(part => long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0).ToList();
        return ids.Count <= ContactBatches.Most && !ids.Contains(0) ? ids : throw Invalid("ids", $"ids are at most {ContactBatches.Most} numbers with commas between.");
    }

    private static string? TextOf(string field, string? text)
        => string.IsNullOrWhiteSpace(text) ? null
            : text.Length <= Longest ? text.Replace("\0", "", StringComparison.Ordinal).Trim()
            : throw Invalid(field, $"{field} has at most {Longest} characters.");

    private static RefusedException Invalid(string field, string detail) => new("invalid_value", detail, StatusCodes.Status400BadRequest, field);
}

/// <param name="Name">Left out: made of first and last name where they are given.</param>
/// <param name="Phone">With the country's code; spaces, dashes, brackets and a plus are read over.</param>
/// <param name="Language">Such as de or pt-BR.</param>
/// <param name="CustomFields">By key; null takes a value away.</param>
/// <param name="Tags">The names of all tags that it has then.</param>
/// <param name="ExternalUpdatedAt">When a linked system changed it; an older change than the last one told is refused.</param>
[Example("""{"name": "Ana Silva", "phone": "+55 11 95555-0142"}""")]
public sealed record ContactRequest(
    [property: StringLength(Contact.LongestName)] string? Name = null,
    [property: StringLength(Contact.LongestName)] string? FirstName = null,
    [property: StringLength(Contact.LongestName)] string? LastName = null,
    [property: StringLength(Contact.LongestPhone)] string? Phone = null,
    [property: StringLength(Contact.LongestEmail)] string? Email = null,
    [property: StringLength(Contact.LongestLanguage)] string? Language = null,
    [property: MaxLength(Inbox.Contacts.CustomFields.MostFields)] Dictionary<string, JsonElement>? CustomFields = null,
    [property: MaxLength(100)] IReadOnlyList<string>? Tags = null,
    DateTimeOffset? ExternalUpdatedAt = null)
{
    internal ContactEdit Edit => new(Name, FirstName, LastName, Phone, Email, Language, CustomFields, Tags, ExternalUpdatedAt?.UtcDateTime);
}

/// <param name="Ids">Which ones; or <paramref name="Filter"/>.</param>
/// <param name="Filter">All that a list with these filters would show, some hundreds in each call.</param>
/// <param name="AddTags">Names of tags that each gets.</param>
/// <param name="RemoveTags">Names of tags that are taken from each.</param>
/// <param name="Blocked">true blocks each, false lets each in again.</param>
/// <param name="Cursor">With a filter: the next_cursor of the call before.</param>
[Example("""{"filter": {"tag": "Newsletter"}, "add_tags": ["VIP"]}""")]
public sealed record ContactBulkRequest(
    [property: MaxLength(ContactBatches.Most)] IReadOnlyList<long>? Ids = null,
    ContactQuery? Filter = null,
    [property: MaxLength(20)] IReadOnlyList<string>? AddTags = null,
    [property: MaxLength(20)] IReadOnlyList<string>? RemoveTags = null,
    bool? Blocked = null,
    string? Cursor = null);

/// <param name="Csv">The file, whose first row names the columns; separated by comma, semicolon or tab. A body has at most 1 MB: larger files go in parts.</param>
/// <param name="Mapping">By the column's name: the field, or an empty text to leave it out. Columns that are not named are taken for the field of their name.</param>
/// <param name="DryRun">true: only says what would happen.</param>
[Example("""{"csv": "name,phone\nAna Silva,+55 11 95555-0142\n", "dry_run": true}""")]
public sealed record ImportRequest([property: Required] string Csv, [property: MaxLength(200)] Dictionary<string, string>? Mapping = null, bool DryRun = false);

/// <param name="Reason">Why it is this contact's: first, told, phone, email, begun or merged; null for older ones.</param>
public sealed record ContactIdentityView(string Channel, long ChannelId, string Kind, string Address, string? Reason);

/// <summary>A contact with all that is known of it.</summary>
/// <param name="MarketingStoppedAt">When advertising was stopped in the settings of the person's app; all else may be sent.</param>
/// <param name="LastSeenAt">When it wrote last, in conversations that the caller may see.</param>
public sealed record ContactDetails(
    long Id,
    string? Name,
    string? FirstName,
    string? LastName,
    string? Phone,
    string? Email,
    string? Language,
    IReadOnlyList<ContactIdentityView> Identities,
    IReadOnlyDictionary<string, JsonElement> CustomFields,
    IReadOnlyList<string> Tags,
    DateTime? OptedInAt,
    DateTime? OptedOutAt,
    DateTime? MarketingStoppedAt,
    DateTime? BlockedAt,
    int OpenConversations,
    DateTime? LastSeenAt,
    DateTime CreatedAt,
    DateTime? UpdatedAt,
    DateTime? ExternalUpdatedAt)
{
    public static ContactDetails Of(ContactRow row, IReadOnlyList<CustomField> fields)
    {
        var contact = row.Contact;
        return new ContactDetails(
            contact.Id,
            contact.Name,
            Contact.Greeted(contact.FirstName, contact.Name),
            contact.LastName,
            contact.Phone,
            contact.Email,
            contact.Language,
            [.. row.Addresses.Select(address => new ContactIdentityView(address.ChannelKind, address.ChannelId, address.Kind, address.Address, address.Reason))],
            CustomFieldValues.Read(contact.CustomFields, fields).ToDictionary(value => value.Key, value => JsonSerializer.SerializeToElement(value.Value)),
            [.. row.Tags.Select(tag => tag.Name)],
            contact.OptedInAt,
            contact.OptedOutAt,
            contact.MarketingStoppedAt,
            contact.BlockedAt,
            row.Activity?.Open ?? 0,
            row.Activity?.LastSeenAt,
            contact.CreatedAt,
            contact.UpdatedAt,
            contact.ExternalUpdatedAt);
    }
}
