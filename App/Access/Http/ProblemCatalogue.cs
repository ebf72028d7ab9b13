namespace Inbox.Access.Http;

/// <summary>A stable word by which programs tell refusals apart.</summary>
/// <param name="Code">Snake case; never changes and is never used for something else.</param>
/// <param name="Means">A sentence for the documentation: when it is given.</param>
/// <param name="Statuses">The HTTP statuses it comes with.</param>
public sealed record ProblemCode(string Code, string Means, params int[] Statuses);

/// <summary>
/// All codes of this build, in one list so that none is used for two things. The API's documentation is made from it, and
/// a test fails for a code in the sources that is missing here. Sorted, one line each.
/// </summary>
public static class ProblemCatalogue
{
    public static IReadOnlyList<ProblemCode> All { get; } =
    [
        new("account_exists", "The business account is connected in another business already.", 409),
        new("account_exists_already", "The invited address has an account. Join with its password.", 409),
        new("account_not_made", "There is an account with this e-mail or user name already, or one of them is not accepted.", 409),
        new("already_member", "The person is in the team already.", 409),
        new("already_refreshed", "The refresh token was used a moment ago; the pair that came of it is good.", 409),
        new("another_conversation_open", "The contact has another open conversation on the channel.", 409),
        new("antiforgery_token_missing", "A browser's session changes something without the page's token in X-CSRF-TOKEN.", 400),
        new("api_key_not_found", "There is no such API key in this business.", 404),
        new("bad_request", "The request cannot be understood.", 400),
        new("body_too_large", "The webhook's body is larger than the channel takes.", 413),
        new("business_leaving", "The business is going to be removed; whoever runs the installation can restore it.", 403, 409),
        new("business_not_found", "There is no such business, or the key is of another one.", 404),
        new("business_suspended", "The business is suspended by whoever runs the installation.", 403),
        new("canned_reply_exists", "There is a canned reply with the shortcut already.", 409),
        new("canned_reply_not_found", "There is no such canned reply that the caller may use.", 404),
        new("changed_meanwhile", "Somebody else changed it at the same moment. Read it again and repeat.", 409),
        new("channel_exists", "The account is connected already.", 409),
        new("channel_inactive", "The channel is switched off.", 409),
        new("channel_kind_not_found", "There is no webhook for such a kind of channel.", 404),
        new("channel_not_found", "There is no such channel in this business.", 404),
        new("conversation_not_found", "There is no such conversation in this business.", 404),
        new("cross_site", "Another site's page asked with the browser's session.", 403),
        new("delivery_not_found", "The webhook has no such delivery.", 404),
        new("department_exists", "The business has a department with the name.", 409),
        new("department_not_found", "There is no such department in this business.", 404),
        new("department_not_reached", "The caller sees only some departments and changes who is in another.", 403),
        new("email_taken", "There is an account with the e-mail. Send an invitation instead.", 409),
        new("error", "A status without a code of its own.", 400),
        new("forbidden", "The caller lacks a permission.", 403),
        new("foreign_origin", "A circuit or socket was opened from a page of another site.", 403),
        new("idempotency_key_in_use", "The first request with this Idempotency-Key is still being worked on. Repeat it after Retry-After.", 409),
        new("idempotency_key_reused", "The Idempotency-Key was used for a request with another body or address.", 422),
        new("if_match_required", "Two people may edit this: send the ETag that you read as If-Match.", 428),
        new("internal_error", "Something went wrong here. The trace id leads to it in the log.", 500),
        new("invalid_body", "The body is no JSON, has another shape, an unknown field, or a field twice or of a wrong type. The field is named.", 400),
        new("invalid_credentials", "Name or password is wrong; 422 where a signed-in person gives the password again.", 401, 422),
        new("invalid_cursor", "The cursor is none that a list gave.", 400),
        new("invalid_idempotency_key", "An Idempotency-Key has 1 to 64 visible ASCII characters.", 400),
        new("invalid_refresh_token", "The refresh token is unknown, spent, or of an ended session.", 401),
        new("invalid_signature", "The signature does not fit the body.", 401),
        new("invalid_value", "A value breaks a rule: 422 in a body, 400 in the address or a header. The field is named.", 422, 400),
        new("invalid_verify_token", "The verify token is not the one of the channel.", 403),
        new("invitation_not_found", "The invitation is unknown, used, taken back or too old; nobody is told which.", 404),
        new("last_owner", "A business needs an owner who can sign in.", 409),
        new("maybe_sent", "The message may have been sent; sending it again may give it to the customer twice.", 409),
        new("message_not_found", "There is no such message in this business.", 404),
        new("method_not_allowed", "The address does not know the method.", 405),
        new("no_address", "The contact has no address on the channel.", 409),
        new("not_failed", "Only a message that failed can be sent again.", 409),
        new("not_found", "There is nothing at this address.", 404),
        new("origin_not_allowed", "The page is not among the allowed ones of the widget.", 403),
        new("own_account", "Nobody removes or disables himself.", 409),
        new("owner_required", "Only an owner makes owners and changes them.", 403),
        new("person_needed", "Only a person can do this, a key cannot.", 403),
        new("picture_too_large", "The picture has more bytes or pixels than are taken.", 413),
        new("rate_limited", "Too many requests. Wait for Retry-After seconds.", 429),
        new("reauthentication_required", "The change needs the password again: POST /api/v1/auth/reauthenticate, then repeat.", 403),
        new("registration_closed", "The business takes people by invitation only.", 403),
        new("role_built_in", "Built-in roles stay as they are.", 409),
        new("role_exists", "The business has a role with the name.", 409),
        new("role_in_use", "People have the role.", 409),
        new("role_not_found", "There is no such role in this business.", 404),
        new("session_not_found", "There is no such session of the caller.", 404),
        new("sign_up_closed", "New businesses are not made by themselves on this installation.", 403),
        new("slug_taken", "Another business has the slug.", 409),
        new("storage_unavailable", "The request was not stored. Send it again.", 503),
        new("tag_exists", "There is a tag of the name already.", 409),
        new("tag_not_found", "There is no such tag in this business.", 404),
        new("text_too_long", "The text is longer than the channel takes.", 422),
        new("too_large", "The body is larger than the address accepts.", 413),
        new("too_many", "The business has as many of them as it may.", 409),
        new("too_many_attempts", "Too many wrong attempts for this account or from this address. Wait for Retry-After seconds.", 429),
        new("too_many_departments", "A business has a limited number of departments.", 409),
        new("too_many_invitations", "A limited number of invitations waits at once.", 409),
        new("too_many_keys", "The business has as many API keys as it may.", 409),
        new("too_many_roles", "A business has a limited number of roles.", 409),
        new("too_many_webhooks", "The business has as many outgoing webhooks as it may.", 409),
        new("unauthorized", "There is no credential, or it is not valid any more.", 401),
        new("unavailable", "Try again in a moment.", 503),
        new("unsupported_encoding", "A webhook's body came compressed.", 415),
        new("unsupported_media_type", "The body has a content type or encoding that the address does not accept.", 415),
        new("unsupported_picture", "The file is no PNG, JPEG or WebP picture.", 415),
        new("user_not_found", "The business has nobody of this id.", 404),
        new("user_required", "Only a person can do this, a key cannot.", 403),
        new("version_stale", "Somebody else changed it since it was read. Read it again and repeat with its ETag.", 412),
        new("visitor_token_invalid", "The visitor's session has ended. Start a new one.", 401),
        new("webhook_not_found", "There is no such outgoing webhook in this business.", 404),
        new("webhook_off", "The outgoing webhook is switched off.", 409),
        new("widget_not_found", "The business has no website chat of this name.", 404),
        new("window_closed", "The channel takes free text only for a while after the customer's last message.", 409),
        new("wrong_password", "The password is not that of the account.", 401),
    ];

    private static readonly Dictionary<string, ProblemCode> ByCode = All.ToDictionary(known => known.Code, StringComparer.Ordinal);

    /// <returns>Null for a word that is no code.</returns>
    public static ProblemCode? Find(string code) => ByCode.GetValueOrDefault(code);
}
