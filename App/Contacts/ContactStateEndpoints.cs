using System.ComponentModel.DataAnnotations;
using Inbox.Access.Http;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Inbox.Contacts;

/// <summary>Notes, consent, blocking and merging.</summary>
public static class ContactStateEndpoints
{
    public static void MapContactStates(this IEndpointRouteBuilder app)
    {
        var contacts = app.MapGroup("/api/v1/contacts/{id:long}").WithTags("Contacts").RequireAuthorization(ContactPermissions.Read)
            .Refuses("unauthorized", "forbidden", "rate_limited", "contact_not_found");
        contacts.MapGet("/notes", NotesAsync).WithSummary("Lists the notes of a contact, newest first").Refuses("invalid_cursor", "invalid_value");
        contacts.MapGet("/notes/{noteId:long}", NoteAsync).WithSummary("Shows a note of a contact").Refuses("note_not_found");
        contacts.MapPost("/notes", AddNoteAsync).WithSummary("Writes a note on a contact").RequireAuthorization(ContactPermissions.Write).Refuses("invalid_body", "invalid_value");
        contacts.MapDelete("/notes/{noteId:long}", RemoveNoteAsync).WithSummary("Removes a note of a contact").RequireAuthorization(ContactPermissions.Write).Refuses("note_not_found");

        contacts.MapPost("/block", (long id, Caller caller, ContactConsents consents, ContactLists lists, CustomFields fields, CancellationToken cancellation)
                => BlockAsync(id, true, caller, consents, lists, fields, cancellation))
            .WithSummary("Blocks a contact: what it writes is kept in spam, nobody is told, and nothing is sent").RequireAuthorization(ContactPermissions.Write);
        contacts.MapPost("/unblock", (long id, Caller caller, ContactConsents consents, ContactLists lists, CustomFields fields, CancellationToken cancellation)
                => BlockAsync(id, false, caller, consents, lists, fields, cancellation))
            .WithSummary("Lets a contact in again; its conversation in spam is open").RequireAuthorization(ContactPermissions.Write);
        contacts.MapGet("/consents", ConsentsAsync).WithSummary("Lists the proofs of opt-ins and opt-outs, newest first");
        contacts.MapPost("/opt-in", (long id, Body<ConsentRequest> body, Caller caller, ContactConsents consents, ContactLists lists, CustomFields fields, CancellationToken cancellation)
                => SayAsync(id, true, body.Value, caller, consents, lists, fields, cancellation))
            .WithSummary("Enters that a person wants messages, with the proof").RequireAuthorization(ContactPermissions.Write).Refuses("invalid_body", "invalid_value");
        contacts.MapPost("/opt-out", (long id, Body<ConsentRequest> body, Caller caller, ContactConsents consents, ContactLists lists, CustomFields fields, CancellationToken cancellation)
                => SayAsync(id, false, body.Value, caller, consents, lists, fields, cancellation))
            .WithSummary("Enters that a person wants no more messages, with the proof").RequireAuthorization(ContactPermissions.Write).Refuses("invalid_body", "invalid_value");

        contacts.MapGet("/suggestions", SuggestAsync).WithSummary("Lists contacts that may be the same person, with the reason");
        contacts.MapPost("/not-same", TellApartAsync).WithSummary("Says that two contacts are not the same person: they are not suggested again")
            .RequireAuthorization(ContactPermissions.Merge).Refuses("invalid_body", "invalid_value");
        contacts.MapGet("/merges", MergesAsync).WithSummary("Lists the merges into a contact, newest first");
        contacts.MapPost("/merge", MergeAsync).WithSummary("Merges another contact into this one; it can be undone").RequireAuthorization(ContactPermissions.Merge).Refuses("invalid_body", "invalid_value");
        contacts.MapPost("/merges/{mergeId:long}/undo", UndoAsync).WithSummary("Makes two contacts of one again, with all that each had").RequireAuthorization(ContactPermissions.Merge)
            .Refuses("merge_not_found", "merge_undone", "merged_further");
    }

    private static async Task<Ok<ListOf<ContactNoteRow>>> NotesAsync(long id, Caller caller, ContactNotes notes, CancellationToken cancellation, int limit = 50, string? cursor = null)
    {
        var page = await notes.PageAsync(caller, id, Paging.After(cursor), Paging.Limit(limit), cancellation);
        return TypedResults.Ok(new ListOf<ContactNoteRow>(page.Items, page.NextCursor));
    }

    private static async Task<Ok<ContactNoteRow>> NoteAsync(long id, long noteId, Caller caller, ContactNotes notes, CancellationToken cancellation)
        => TypedResults.Ok(await notes.FindAsync(caller, id, noteId, cancellation));

    private static async Task<Created<ContactNoteRow>> AddNoteAsync(long id, Body<ContactNoteRequest> body, Caller caller, ContactNotes notes, CancellationToken cancellation)
    {
        var note = await notes.AddAsync(caller, id, body.Value.Text, cancellation);
        return TypedResults.Created($"/api/v1/contacts/{id}/notes/{note.Id}", note);
    }

    private static async Task<NoContent> RemoveNoteAsync(long id, long noteId, Caller caller, ContactNotes notes, CancellationToken cancellation)
    {
        await notes.RemoveAsync(caller, id, noteId, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<WithVersion<Ok<ContactDetails>>> BlockAsync(
        long id, bool isBlocked, Caller caller, ContactConsents consents, ContactLists lists, CustomFields fields, CancellationToken cancellation)
    {
        await consents.BlockAsync(caller, id, isBlocked, cancellation);
        return await ContactEndpoints.AnswerAsync(id, caller, lists, fields, cancellation);
    }

    private static async Task<WithVersion<Ok<ContactDetails>>> SayAsync(
        long id, bool isIn, ConsentRequest said, Caller caller, ContactConsents consents, ContactLists lists, CustomFields fields, CancellationToken cancellation)
    {
        await consents.SayAsync(caller, id, isIn, said.Words, said.At?.UtcDateTime, cancellation);
        return await ContactEndpoints.AnswerAsync(id, caller, lists, fields, cancellation);
    }

    private static async Task<Ok<ListOf<ConsentView>>> ConsentsAsync(long id, Caller caller, ContactConsents consents, CancellationToken cancellation)
        => TypedResults.Ok(new ListOf<ConsentView>([.. (await consents.ListAsync(caller, id, cancellation)).Select(row => ConsentView.Of(row.Consent))], null));

    private static async Task<Ok<ListOf<SuggestionView>>> SuggestAsync(long id, Caller caller, Lookalikes lookalikes, CustomFields fields, CancellationToken cancellation)
    {
        var own = await fields.ListAsync(caller, cancellation);
        return TypedResults.Ok(new ListOf<SuggestionView>([.. (await lookalikes.OfAsync(caller, id, cancellation)).Select(one => new SuggestionView(ContactDetails.Of(one.Contact, own), one.Reason))], null));
    }

    private static async Task<NoContent> TellApartAsync(long id, Body<OtherContact> body, Caller caller, Lookalikes lookalikes, CancellationToken cancellation)
    {
        await lookalikes.TellApartAsync(caller, id, body.Value.ContactId, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<ListOf<MergeRow>>> MergesAsync(long id, Caller caller, ContactMerges merges, CancellationToken cancellation)
        => TypedResults.Ok(new ListOf<MergeRow>(await merges.ListAsync(caller, id, cancellation), null));

    private static async Task<Ok<MergedView>> MergeAsync(
        long id, Body<MergeRequest> body, Caller caller, ContactMerges merges, ContactLists lists, CustomFields fields, CancellationToken cancellation)
    {
        var merge = await merges.MergeAsync(caller, id, body.Value.ContactId, body.Value.Take ?? [], cancellation);
        return TypedResults.Ok(new MergedView(merge, ContactDetails.Of(await lists.FindAsync(caller, id, cancellation), await fields.ListAsync(caller, cancellation))));
    }

    private static async Task<WithVersion<Ok<ContactDetails>>> UndoAsync(
        long id, long mergeId, Caller caller, ContactMerges merges, ContactLists lists, CustomFields fields, CancellationToken cancellation)
    {
        await merges.UndoAsync(caller, id, mergeId, cancellation);
        return await ContactEndpoints.AnswerAsync(id, caller, lists, fields, cancellation);
    }
}

public sealed record ContactNoteRequest([property: Required, StringLength(ContactNote.LongestText)] string Text);

/// <param name="Words">Where and how the person said it.</param>
/// <param name="At">When; left out: now.</param>
public sealed record ConsentRequest([property: StringLength(ContactConsent.LongestWords)] string? Words = null, DateTimeOffset? At = null);

/// <param name="ContactId">The other of the two.</param>
[Example("""{"contact_id": 2}""")]
public sealed record OtherContact([property: Range(1, long.MaxValue)] long ContactId);

/// <param name="ContactId">The one that becomes part of this one.</param>
/// <param name="Take">Fields of the other that are preferred: name, phone, email, language, custom_fields.key. The rest stays; what is empty is filled.</param>
[Example("""{"contact_id": 2, "take": ["email"]}""")]
public sealed record MergeRequest([property: Range(1, long.MaxValue)] long ContactId, [property: MaxLength(200)] IReadOnlyList<string>? Take = null);

/// <param name="MergeId">Undoes it: POST merges/{merge_id}/undo.</param>
public sealed record MergedView(long MergeId, ContactDetails Contact);

/// <param name="Reason">phone or email: what the two have in common.</param>
public sealed record SuggestionView(ContactDetails Contact, string Reason);

/// <param name="Source">message, platform, person, program or import.</param>
/// <param name="Words">The person's own, or a colleague's account of them.</param>
public sealed record ConsentView(long Id, bool OptedIn, bool OfMarketing, DateTime At, string Source, long? ChannelId, long? MessageId, string? Words, long? UserId)
{
    public static ConsentView Of(ContactConsent consent)
        => new(consent.Id, consent.IsIn, consent.OfMarketing, consent.At, consent.Source, consent.ChannelId, consent.MessageId, consent.Words, consent.UserId);
}
