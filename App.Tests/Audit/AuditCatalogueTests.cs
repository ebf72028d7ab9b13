using Inbox.Tests.Architecture;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Audit;

/// <summary>
/// Every endpoint that changes something says here by which action the trail tells of it, or why it does not. A new
/// endpoint adds its line.
/// </summary>
public sealed class AuditCatalogueTests : AppTests
{
    private static readonly Dictionary<string, string> Audited = new(StringComparer.Ordinal)
    {
        ["POST /api/v1/api-keys"] = "api_key.created",
        ["PUT /api/v1/api-keys/{id:long}"] = "api_key.changed",
        ["DELETE /api/v1/api-keys/{id:long}"] = "api_key.revoked",
        ["POST /api/v1/audit/verify"] = "audit.verified",
        ["POST /api/v1/auth/register"] = "user.registered",
        ["POST /api/v1/auth/login"] = "session.started",
        ["POST /api/v1/auth/token"] = "session.started",
        ["POST /api/v1/auth/logout"] = "session.ended",
        ["DELETE /api/v1/auth/sessions"] = "session.ended",
        ["DELETE /api/v1/auth/sessions/{id:long}"] = "session.ended",
        ["PUT /api/v1/auth/password"] = "user.password_changed",
        ["POST /api/v1/auth/password/reset"] = "user.password_changed",
        ["POST /api/v1/users/{id:long}/password-link"] = "user.password_link_made",
        ["DELETE /api/v1/users/{id:long}/second-factor"] = "second_factor.reset",
        ["POST /api/v1/auth/second-factor/confirm"] = "second_factor.enabled",
        ["POST /api/v1/auth/second-factor/recovery-codes"] = "second_factor.recovery_codes_made",
        ["DELETE /api/v1/auth/second-factor"] = "second_factor.disabled",
        ["POST /api/v1/auth/passkeys"] = "passkey.added",
        ["DELETE /api/v1/auth/passkeys/{id}"] = "passkey.removed",
        ["POST /api/v1/auth/passkeys/sign-in"] = "session.started",
        ["POST /sign-out"] = "session.ended",
        ["POST /api/v1/businesses"] = "business.created",
        ["PUT /api/v1/businesses/{business}"] = "business.changed",
        ["DELETE /api/v1/businesses/{business}"] = "business.removal_scheduled",
        ["POST /api/v1/businesses/{business}/rotate-key"] = "business.key_rotated",
        ["POST /api/v1/businesses/{business}/suspend"] = "business.suspended",
        ["POST /api/v1/businesses/{business}/resume"] = "business.resumed",
        ["PUT /api/v1/company-profile"] = "company_profile.changed",
        ["PUT /api/v1/company-profile/entry"] = "entry_rules.changed",
        ["POST /api/v1/company-profile/support"] = "support.allowed",
        ["DELETE /api/v1/company-profile/support"] = "support.ended",
        ["PUT /api/v1/company-profile/logo"] = "company_profile.logo_changed",
        ["DELETE /api/v1/company-profile/logo"] = "company_profile.logo_removed",
        ["PUT /api/v1/installation/sends"] = "sends.stopped",
        ["POST /api/v1/invitations"] = "user.invited",
        ["POST /api/v1/invitations/{id:long}/renew"] = "user.invited",
        ["DELETE /api/v1/invitations/{id:long}"] = "invitation.revoked",
        ["POST /api/v1/invitations/accept"] = "user.added",
        ["POST /api/v1/contacts"] = "contact.created",
        ["PUT /api/v1/contacts/{id:long}"] = "contact.changed",
        ["DELETE /api/v1/contacts/{id:long}"] = "contact.deleted",
        ["POST /api/v1/contacts/bulk"] = "contact.tagged",
        ["POST /api/v1/contacts/import"] = "contacts.imported",
        ["POST /api/v1/contacts/{id:long}/notes"] = "contact_note.added",
        ["DELETE /api/v1/contacts/{id:long}/notes/{noteId:long}"] = "contact_note.removed",
        ["POST /api/v1/contacts/{id:long}/block"] = "contact.blocked",
        ["POST /api/v1/contacts/{id:long}/unblock"] = "contact.unblocked",
        ["POST /api/v1/contacts/{id:long}/opt-in"] = "contact.opted_in",
        ["POST /api/v1/contacts/{id:long}/opt-out"] = "contact.opted_out",
        ["POST /api/v1/contacts/{id:long}/not-same"] = "contact.told_apart",
        ["POST /api/v1/contacts/{id:long}/merge"] = "contact.merged",
        ["POST /api/v1/contacts/{id:long}/merges/{mergeId:long}/undo"] = "contact.unmerged",
        ["POST /api/v1/custom-fields"] = "custom_field.created",
        ["PUT /api/v1/custom-fields/{id:long}"] = "custom_field.changed",
        ["DELETE /api/v1/custom-fields/{id:long}"] = "custom_field.removed",
        ["POST /api/v1/conversations"] = "conversation.created",
        ["POST /api/v1/departments"] = "department.created",
        ["PUT /api/v1/departments/{id:long}"] = "department.changed",
        ["DELETE /api/v1/departments/{id:long}"] = "department.removed",
        ["POST /api/v1/departments/{id:long}/restore"] = "department.restored",
        ["POST /api/v1/users"] = "user.added",
        ["PUT /api/v1/users/{id:long}"] = "user.changed",
        ["DELETE /api/v1/users/{id:long}"] = "user.removed",
        ["POST /api/v1/users/{id:long}/restore"] = "user.restored",
        ["POST /api/v1/users/{id:long}/disable"] = "user.changed",
        ["POST /api/v1/users/{id:long}/enable"] = "user.changed",
        ["DELETE /api/v1/users/{id:long}/sessions"] = "session.ended",
        ["DELETE /api/v1/users/{id:long}/sessions/{session:long}"] = "session.ended",
        ["POST /api/v1/roles"] = "role.created",
        ["PUT /api/v1/roles/{id:long}"] = "role.changed",
        ["DELETE /api/v1/roles/{id:long}"] = "role.removed",
        ["PUT /api/v1/profile"] = "profile.changed",
        ["PUT /api/v1/profile/notifications"] = "profile.notifications_changed",
        ["PUT /api/v1/profile/availability"] = "availability.changed",
        ["PUT /api/v1/profile/avatar"] = "profile.picture_changed",
        ["DELETE /api/v1/profile/avatar"] = "profile.picture_removed",
        ["PUT /api/v1/departments/{id:long}/business-hours"] = "business_hours.changed",
        ["DELETE /api/v1/departments/{id:long}/business-hours"] = "business_hours.removed",
        ["POST /api/v1/tags"] = "tag.created",
        ["PUT /api/v1/tags/{id:long}"] = "tag.changed",
        ["POST /api/v1/tags/{id:long}/merge"] = "tag.merged",
        ["DELETE /api/v1/tags/{id:long}"] = "tag.removed",
        ["POST /api/v1/canned-replies"] = "canned_reply.created",
        ["PUT /api/v1/canned-replies/{id:long}"] = "canned_reply.changed",
        ["DELETE /api/v1/canned-replies/{id:long}"] = "canned_reply.removed",
        ["POST /api/v1/stages"] = "stage.created",
        ["PUT /api/v1/stages/{id:long}"] = "stage.changed",
        ["DELETE /api/v1/stages/{id:long}"] = "stage.removed",
        ["POST /api/v1/channels"] = "channel.connected",
        ["POST /api/v1/channels/{id:long}/identity-secret"] = "channel.identity_secret_rotated",
        ["PUT /api/v1/channels/{id:long}"] = "channel.changed",
        ["DELETE /api/v1/channels/{id:long}"] = "channel.removed",
        ["POST /api/v1/whatsapp/templates"] = "template.submitted",
        ["POST /api/v1/whatsapp/templates/sync"] = "templates.synced",
        ["DELETE /api/v1/whatsapp/templates"] = "template.removed",
        ["DELETE /api/v1/whatsapp/templates/{id:long}"] = "template.removed",
        ["PATCH /api/v1/conversations/{id:long}"] = "conversation.*",
        ["PUT /api/v1/conversations/{id:long}/tags"] = "conversation.tagged",
        ["POST /api/v1/conversations/{id:long}/close"] = "conversation.*",
        ["POST /api/v1/conversations/{id:long}/reopen"] = "conversation.*",
        ["POST /api/v1/conversations/{id:long}/transfer"] = "conversation.*",
        ["POST /api/v1/conversations/bulk"] = "conversation.*",
        ["POST /api/v1/webhooks"] = "webhook.created",
        ["PUT /api/v1/webhooks/{id:long}"] = "webhook.changed",
        ["DELETE /api/v1/webhooks/{id:long}"] = "webhook.removed",
        ["POST /api/v1/webhooks/{id:long}/rotate-secret"] = "webhook.secret_rotated",
        ["POST /api/v1/webhooks/{id:long}/ping"] = "webhook.pinged",
        ["POST /api/v1/webhooks/{id:long}/replay"] = "webhook.replayed",
        ["POST /api/v1/webhooks/{id:long}/deliveries/{deliveryId:long}/replay"] = "webhook.replayed",
    };

    private static readonly Dictionary<string, string> Not = new(StringComparer.Ordinal)
    {
        ["POST /api/v1/auth/refresh"] = "goes on with a session whose start is a row; every 25 minutes of every program",
        ["POST /api/v1/auth/reauthenticate"] = "changes nothing but when the session was last proven",
        ["POST /api/v1/auth/password/forgot"] = "changes nothing until the link is used; the answer is the same for everybody",
        ["POST /api/v1/auth/second-factor"] = "counts only once it is confirmed",
        ["POST /api/v1/auth/passkeys/options"] = "a question to the browser",
        ["POST /api/v1/auth/passkeys/sign-in/options"] = "a question to the browser",
        ["POST /api/v1/canned-replies/{id:long}/used"] = "counts how often a reply is used",
        ["POST /api/v1/conversations/{id:long}/messages"] = "messages are facts, not audit rows",
        ["POST /api/v1/messages/{id:long}/retry"] = "that a message was sent again is a fact of its history, with the person",
        ["POST /api/v1/messages/failed/retry"] = "that messages were sent again is a fact of the history of each, with the person",
        ["POST /api/v1/messages/send"] = "messages are facts, not audit rows; a conversation that it begins has its row",
        ["POST /api/v1/whatsapp/send/text"] = "as messages/send",
        ["POST /api/v1/whatsapp/send/template"] = "as messages/send",
        ["POST /api/v1/whatsapp/send/interactive"] = "as messages/send",
        ["POST /api/v1/whatsapp/send/media"] = "as messages/send",
        ["PUT /api/v1/messages/{id:long}/reaction"] = "reactions are facts like messages",
        ["DELETE /api/v1/messages/{id:long}/reaction"] = "reactions are facts like messages",
        ["POST /api/v1/channels/{id:long}/test"] = "a question to the platform; a subscription made again or a refreshed token has its row",
        ["POST /api/v1/conversations/{id:long}/notes"] = "notes are messages",
        ["POST /api/v1/conversations/{id:long}/read"] = "a person's own mark",
        ["POST /api/v1/conversations/{id:long}/typing"] = "is not kept",
        ["PUT /api/v1/conversations/{id:long}/draft"] = "a person's own, unsent words",
        ["POST /api/v1/media/upload"] = "a part of the message that will carry it",
        ["POST /api/v1/media/{id:long}/retry"] = "asks the platform again for what it sent",
        ["POST /webhooks/{kind}/{tenant?}"] = "customers and platforms; the ledger keeps what came",
        ["POST /api/v1/widget/{tenant}/sessions"] = "a visitor of a website",
        ["POST /api/v1/widget/messages"] = "a visitor of a website",
        ["POST /api/v1/widget/attachments"] = "a visitor of a website",
        ["POST /api/v1/widget/typing"] = "a visitor of a website",
        ["POST /api/v1/widget/read"] = "a visitor of a website",
        ["PUT /api/v1/widget/visitor"] = "a visitor of a website",
        ["POST /sandbox/graph/{version}/{account}/media"] = "the stand-in of a platform",
        ["POST /sandbox/graph/{version}/{account}/message_attachments"] = "the stand-in of a platform",
        ["POST /sandbox/graph/{version}/{account}/subscribed_apps"] = "the stand-in of the platform",
        ["POST /sandbox/graph/{version}/{account}/messages"] = "the stand-in of a platform",
        ["POST /sandbox/graph/{version}/{account}/message_templates"] = "the stand-in of a platform",
        ["DELETE /sandbox/graph/{version}/{account}/message_templates"] = "the stand-in of a platform",
        ["POST /sandbox/graph/{version}/{app}/uploads"] = "the stand-in of a platform",
        ["POST /sandbox/graph/{version}/upload:{session}"] = "the stand-in of a platform",
    };

    private static readonly string[] Changing = ["POST", "PUT", "PATCH", "DELETE"];

    [Fact]
    public void Every_endpoint_that_changes_something_writes_a_row_or_says_why_not()
    {
        var silent = Endpoints().Where(endpoint => !Audited.ContainsKey(endpoint) && !Not.ContainsKey(endpoint));
        Assert.Empty(silent);
    }

    [Fact]
    public void Every_action_of_the_list_is_written_by_somebody()
    {
        var sources = string.Concat(Sources.Of("App", ".cs").Select(file => file.Text));
        // Those of conversations are made from the name of the event.
        var unwritten = Audited.Values.Where(action => action != "conversation.*" && !sources.Contains($"\"{action}\"", StringComparison.Ordinal));
        Assert.Empty(unwritten);
    }

    [Fact]
    public void The_list_names_only_endpoints_that_are_there()
    {
        var there = Endpoints().ToHashSet();
        Assert.Empty(Audited.Keys.Concat(Not.Keys).Except(there));
    }

    private IEnumerable<string> Endpoints()
        => from endpoint in App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
           let path = "/" + endpoint.RoutePattern.RawText?.Trim('/')
           // Pages and the circuit's own addresses belong to the framework.
           where path.StartsWith("/api/", StringComparison.Ordinal) || path.StartsWith("/webhooks", StringComparison.Ordinal) || path is "/sign-out" || path.StartsWith("/sandbox/", StringComparison.Ordinal)
           from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
           where Changing.Contains(method)
           select $"{method} {path}";
}
