using Inbox.Access.Http;
using Inbox.Triggers.Webhooks;

namespace Inbox.Operations.OpenApi;

/// <summary>What stands above the endpoints: first what a newcomer needs, then what holds everywhere, the codes last and folded.</summary>
internal static class Introduction
{
    public static string Text() => $$$"""
        Everything that the screens do, programs can do too. Four steps lead to a message sent and one received; what holds for all endpoints comes after them.

        ## 1. Sign in

        For a program make a key under **Settings → API keys**: it is shown once, may what you tick, and goes into the header `Authorization: Bearer ibk_…`. A person signs in with a password and gets an access token for 25 minutes and a refresh token for more of them:

        ```sh
        INBOX=https://inbox.example.com
        curl --data-urlencode username=anna@shop.example --data-urlencode 'password=…' $INBOX/api/v1/auth/token
        TOKEN=…    # access_token of the answer, or the key
        ```

        On this page a person who is signed in to Inbox in the same browser needs neither: *Try it out* works at once.

        ## 2. The first call

        ```sh
        curl -H "Authorization: Bearer $TOKEN" "$INBOX/api/v1/conversations?status=open"
        ```

        answers `{"items": […], "next_cursor": null}`, the newest first. `GET /api/v1/auth/me` says who you are and what you may.

        ## 3. Send a message

        Into a conversation by its id, or to a phone number, whose conversation is found or begun:

        ```sh
        curl -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" -H "Idempotency-Key: $(uuidgen)" \
             -d '{"text_content": "Hello!"}' $INBOX/api/v1/conversations/1/messages
        curl -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" -H "Idempotency-Key: $(uuidgen)" \
             -d '{"customer_phone": "+15550100142", "text_content": "Hello!"}' $INBOX/api/v1/messages/send
        ```

        The same `Idempotency-Key` again sends nothing twice. `GET /api/v1/messages/{id}` tells how far it came: queued, sent, delivered, read, failed.

        ## 4. Hear of what happens

        Subscribe an address of yours, under **Settings → Webhooks** or here; the answer has the secret, once:

        ```sh
        curl -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \
             -d '{"url": "https://shop.example/inbox", "event_types": ["message_received"]}' $INBOX/api/v1/webhooks
        ```

        Each event is a POST with `{"type": "message_received", "timestamp": "…", "data": {"conversation_id": 1, "message_id": 7, …}}`: ids, with which you ask for the rest. It is signed after [Standard Webhooks](https://www.standardwebhooks.com), whose libraries verify it: `webhook-signature` is `v1,` and the Base64 of HMAC-SHA256 over `webhook-id.webhook-timestamp.body`, by the bytes that the secret has after `whsec_` in Base64. Answer 2xx within 15 seconds; else it comes again, with the same `webhook-id`, ten times over three days.

        The types: {{{string.Join(", ", OutgoingWebhooks.KnownTypes.Select(type => $"`{type}`"))}}}.

        ## What holds everywhere

        JSON in snake_case, times in UTC (ISO 8601), ids are 64-bit numbers. Bodies are read strictly: an unknown field, a field twice
        or a wrong type is 400 `invalid_body`, a value that breaks a rule 422 `invalid_value`, and the field is named.

        - **Lists** take `limit` (1 to 200) and `cursor`, and answer `items` and `next_cursor`, null on the last page.
        - **Idempotency-Key** on requests that make or send something: the same key within 24 hours gets the first answer.
        - **ETag** and `If-Match` where two people may edit: 412 `version_stale` when somebody was faster.
        - **Limits**: 429 `rate_limited` with `Retry-After`. A trailing slash is accepted everywhere.
        - **Refusals** are `application/problem+json` with a stable `code`; the codes of each endpoint stand with it, and all of them here:

        <details>
        <summary>All {{{ProblemCatalogue.All.Count}}} codes of problems</summary>

        | code | status | meaning |
        |---|---|---|
        {{{string.Join('\n', ProblemCatalogue.All.Select(known => $"| `{known.Code}` | {string.Join(", ", known.Statuses)} | {known.Means} |"))}}}

        </details>
        """;
}
