using System.ComponentModel.DataAnnotations;
using Inbox.Access.Http;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Inbox.Contacts;

public static class CustomFieldEndpoints
{
    public static void MapCustomFields(this IEndpointRouteBuilder app)
    {
        var fields = app.MapGroup("/api/v1/custom-fields").WithTags("Contacts").RequireAuthorization(ContactPermissions.Read).Refuses("unauthorized", "forbidden", "rate_limited");
        fields.MapGet("/", ListAsync).WithSummary("Lists the fields that contacts have beside the usual ones, in the order of screens");
        fields.MapGet("/{id:long}", FindAsync).WithSummary("Shows a custom field").Refuses("custom_field_not_found");
        fields.MapPost("/", AddAsync).WithSummary("Makes a custom field; key and kind never change").RequireAuthorization(ContactPermissions.WriteFields)
            .Refuses("invalid_body", "custom_field_exists", "too_many", "invalid_value");
        fields.MapPut("/{id:long}", ChangeAsync).WithSummary("Changes a custom field; what is left out stays").RequireAuthorization(ContactPermissions.WriteFields)
            .Refuses("invalid_body", "custom_field_not_found", "invalid_value", "version_stale", "changed_meanwhile");
        fields.MapDelete("/{id:long}", RemoveAsync).WithSummary("Removes a custom field; the values are kept, for a field with the same key").RequireAuthorization(ContactPermissions.WriteFields)
            .Refuses("custom_field_not_found", "version_stale", "changed_meanwhile");
    }

    private static async Task<Ok<ListOf<CustomFieldView>>> ListAsync(Caller caller, CustomFields fields, CancellationToken cancellation)
        => TypedResults.Ok(new ListOf<CustomFieldView>([.. (await fields.ListAsync(caller, cancellation)).Select(CustomFieldView.Of)], null));

    private static async Task<WithVersion<Ok<CustomFieldView>>> FindAsync(long id, Caller caller, CustomFields fields, CancellationToken cancellation)
        => Answer(await fields.FindAsync(caller, id, cancellation));

    private static async Task<WithVersion<Created<CustomFieldView>>> AddAsync(Body<CustomFieldRequest> body, Caller caller, CustomFields fields, CancellationToken cancellation)
    {
        var field = await fields.AddAsync(caller, body.Value.Key, body.Value.Kind, body.Value.Edit, cancellation);
        return TypedResults.Created($"/api/v1/custom-fields/{field.Id}", CustomFieldView.Of(field)).WithVersion(field.Version);
    }

    private static async Task<WithVersion<Ok<CustomFieldView>>> ChangeAsync(
        long id, IfMatch match, Body<CustomFieldChange> body, Caller caller, CustomFields fields, CancellationToken cancellation)
        => Answer(await fields.ChangeAsync(caller, id, new CustomFieldEdit(body.Value.Name, body.Value.Choices, body.Value.Position), match.Check, cancellation));

    private static async Task<NoContent> RemoveAsync(long id, IfMatch match, Caller caller, CustomFields fields, CancellationToken cancellation)
    {
        await fields.RemoveAsync(caller, id, match.Check, cancellation);
        return TypedResults.NoContent();
    }

    private static WithVersion<Ok<CustomFieldView>> Answer(CustomField field) => TypedResults.Ok(CustomFieldView.Of(field)).WithVersion(field.Version);
}

/// <param name="Kind">text, number, date, list, link or checkbox.</param>
/// <param name="Key">Names it in the API and in files; left out: made from the name.</param>
/// <param name="Choices">Of a list; none for the other kinds.</param>
/// <param name="Position">Smaller ones first.</param>
[Example("""{"name": "Customer number", "kind": "text"}""")]
public sealed record CustomFieldRequest(
    [property: Required, StringLength(CustomField.LongestName)] string Name,
    CustomFieldKind Kind,
    [property: StringLength(CustomField.LongestKey)] string? Key = null,
    [property: MaxLength(CustomField.MostChoices)] IReadOnlyList<string>? Choices = null,
    int? Position = null)
{
    internal CustomFieldEdit Edit => new(Name, Choices, Position);
}

/// <param name="Choices">All that there are then.</param>
public sealed record CustomFieldChange(
    [property: StringLength(CustomField.LongestName, MinimumLength = 1)] string? Name = null,
    [property: MaxLength(CustomField.MostChoices)] IReadOnlyList<string>? Choices = null,
    int? Position = null);

public sealed record CustomFieldView(long Id, string Key, string Name, CustomFieldKind Kind, IReadOnlyList<string> Choices, int Position, DateTime CreatedAt)
{
    public static CustomFieldView Of(CustomField field) => new(field.Id, field.Key, field.Name, field.Kind, field.Choices, field.Position, field.CreatedAt);
}
