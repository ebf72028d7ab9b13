using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Inbox.Channels;
using Inbox.Operations;
using Inbox.Operations.Configuration;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Operations;

/// <summary>
/// The calls of the older services' clients. Each leads to the address that has the feature now; where the feature is
/// there, the call reaches it.
/// </summary>
public sealed class OlderCallTests : AppTests
{
    /// <summary>Method, address as they call it, body, and our address for it.</summary>
    private static readonly (string Method, string Path, string? Body, string Ours)[] Calls =
    [
        // businesses, stages, conversations
        ("POST", "/businesses", """{"business_name": "Shop", "email": "owner@shop.example"}""", "/api/v1/businesses"),
        ("GET", "/businesses/1", null, "/api/v1/businesses/1"),
        ("POST", "/api/stages", """{"name": "Greeting", "description": "says hello", "selection_prompt": "...", "extraction_prompt": "...", "response_prompt": "...", "position": 1}""", "/api/v1/stages"),
        ("GET", "/api/stages", null, "/api/v1/stages"),
        ("GET", "/api/conversations", null, "/api/v1/conversations"),
        ("GET", "/webhooks/facebook?hub.mode=subscribe&hub.verify_token=x&hub.challenge=123", null, "/webhooks/messenger"),
        ("POST", "/webhooks/facebook", "{}", "/webhooks/messenger"),
        // the WhatsApp inbox: its addresses are ours but for one
        ("POST", "/api/v1/auth/login", """{"email": "owner@shop.example", "password": "..."}""", "/api/v1/auth/login"),
        ("POST", "/api/v1/auth/register", """{"email": "me@shop.example", "password": "..."}""", "/api/v1/auth/register"),
        ("POST", "/api/v1/auth/refresh", """{"refresh_token": "..."}""", "/api/v1/auth/refresh"),
        ("POST", "/api/v1/auth/logout", null, "/api/v1/auth/logout"),
        ("GET", "/api/v1/users", null, "/api/v1/users"),
        ("POST", "/api/v1/users", """{"email": "agent@shop.example", "username": "agent", "full_name": "Agent One", "password": "a good password 1", "roles": ["agent"]}""", "/api/v1/users"),
        ("GET", "/api/v1/users/1", null, "/api/v1/users/1"),
        ("PUT", "/api/v1/users/1", "{}", "/api/v1/users/1"),
        ("DELETE", "/api/v1/users/1", null, "/api/v1/users/1"),
        ("GET", "/api/v1/conversations", null, "/api/v1/conversations"),
        ("POST", "/api/v1/conversations", """{"channel": "whatsapp", "customer_phone": "+15550100177"}""", "/api/v1/conversations"),
        ("GET", "/api/v1/conversations/1", null, "/api/v1/conversations/1"),
        ("POST", "/api/v1/conversations/1/transfer", """{"assignee_id": 7, "reason": "language"}""", "/api/v1/conversations/1/transfer"),
        ("POST", "/api/v1/conversations/1/close", null, "/api/v1/conversations/1/close"),
        ("GET", "/api/v1/conversations/1/messages", null, "/api/v1/conversations/1/messages"),
        ("POST", "/api/v1/conversations/1/messages", """{"text_content": "Hello!"}""", "/api/v1/conversations/1/messages"),
        ("GET", "/api/v1/messages/1", null, "/api/v1/messages/1"),
        ("POST", "/api/v1/media/upload", null, "/api/v1/media/upload"),
        ("GET", "/api/v1/media/1", null, "/api/v1/media/1"),
        ("GET", "/api/v1/media/1/download", null, "/api/v1/media/1/download"),
        ("POST", "/messages/send", """{"conversation_id": 1, "text_content": "Hello!"}""", "/api/v1/messages/send"),
        ("POST", "/messages/send", """{"customer_phone": "+1234567890", "text_content": "Hello!"}""", "/api/v1/messages/send"),
        // bots, flows, triggers, WhatsApp sends
        ("POST", "/auth/register", """{"email": "me@example.com", "username": "me", "password": "..."}""", "/api/v1/auth/register"),
        ("POST", "/auth/token", "username=me@example.com&password=...", "/api/v1/auth/token"),
        ("GET", "/auth/me", null, "/api/v1/auth/me"),
        ("GET", "/auth/users", null, "/api/v1/users"),
        ("POST", "/bots/", """{"name": "My Bot", "is_whatsapp_enabled": true}""", "/api/v1/bots/"),
        ("GET", "/bots/", null, "/api/v1/bots/"),
        ("GET", "/bots/1", null, "/api/v1/bots/1"),
        ("PUT", "/bots/1", "{}", "/api/v1/bots/1"),
        ("DELETE", "/bots/1", null, "/api/v1/bots/1"),
        ("POST", "/bots/flows/", """{"bot_id": 1, "name": "Welcome"}""", "/api/v1/bots/flows/"),
        ("GET", "/bots/flows/", null, "/api/v1/bots/flows/"),
        ("POST", "/bots/nodes/", """{"flow_id": 1, "type": "send_message", "config": {"message_type": "text", "content": {"text": "Hello {{contact.first_name}}!"}, "next": 1}}""", "/api/v1/bots/nodes/"),
        ("POST", "/bots/nodes/", """{"flow_id": 1, "type": "wait", "config": {"duration": 5, "unit": "minutes", "next": 2}}""", "/api/v1/bots/nodes/"),
        ("POST", "/bots/nodes/", """{"flow_id": 1, "type": "condition", "config": {"variable": "state.user_response", "operator": "==", "value": "yes", "true_path": 3, "false_path": 4}}""", "/api/v1/bots/nodes/"),
        ("POST", "/bots/nodes/", """{"flow_id": 1, "type": "webhook_action", "config": {"url": "https://api.example.com/webhook", "method": "POST", "store_response_in": "state.api_result", "next": 5}}""", "/api/v1/bots/nodes/"),
        ("POST", "/bots/templates/", """{"name": "Welcome", "flow_id": 1}""", "/api/v1/bots/templates/"),
        ("POST", "/whatsapp/send/template?bot_id=1", """{"to": "1234567890", "template_name": "hello_world", "language_code": "en_US"}""", "/api/v1/whatsapp/send/template"),
        ("POST", "/whatsapp/send/text?bot_id=1", """{"to": "1234567890", "text": "Hello!"}""", "/api/v1/whatsapp/send/text"),
        ("POST", "/whatsapp/send/media?bot_id=1", """{"to": "1234567890", "media_type": "image", "media_url": "https://example.com/a.png"}""", "/api/v1/whatsapp/send/media"),
        ("POST", "/whatsapp/send/interactive?bot_id=1", """{"to": "1234567890", "interactive": {"type": "button"}}""", "/api/v1/whatsapp/send/interactive"),
        ("GET", "/whatsapp/webhook?hub.mode=subscribe&hub.verify_token=x&hub.challenge=y", null, "/webhooks/whatsapp"),
        ("POST", "/whatsapp/webhook", "{}", "/webhooks/whatsapp"),
        ("GET", "/whatsapp/messages/1?limit=10", null, "/api/v1/whatsapp/messages/1"),
        ("POST", "/flows/contacts/", """{"phone": "1234567890", "name": "Zoe Tester"}""", "/api/v1/flows/contacts/"),
        ("GET", "/flows/contacts/", null, "/api/v1/flows/contacts/"),
        ("POST", "/flows/execute", """{"flow_id": 1, "contact_phone": "1234567890", "bot_id": 1, "initial_state": {"custom_field": "value"}}""", "/api/v1/flows/execute"),
        ("POST", "/flows/executions/1/input", """{"execution_id": 1, "message": "yes", "message_type": "text"}""", "/api/v1/flows/executions/1/input"),
        ("GET", "/flows/executions/1", null, "/api/v1/flows/executions/1"),
        ("GET", "/flows/executions/contact/1234567890", null, "/api/v1/flows/executions/contact/1234567890"),
        ("GET", "/flows/executions/1/logs", null, "/api/v1/flows/executions/1/logs"),
        ("POST", "/flows/executions/1/resume", null, "/api/v1/flows/executions/1/resume"),
        ("POST", "/flows/executions/1/cancel", null, "/api/v1/flows/executions/1/cancel"),
        ("GET", "/flows/statistics", null, "/api/v1/flows/statistics"),
        ("POST", "/triggers/", """{"name": "Welcome Trigger", "bot_id": 1, "flow_id": 1, "trigger_type": "keyword", "keywords": ["hi"], "match_type": "exact"}""", "/api/v1/triggers/"),
        ("POST", "/triggers/", """{"name": "New Contact Welcome", "bot_id": 1, "flow_id": 2, "trigger_type": "event", "event_type": "new_contact", "event_conditions": {"source": "whatsapp"}}""", "/api/v1/triggers/"),
        ("POST", "/triggers/", """{"name": "Daily Reminder", "bot_id": 1, "flow_id": 3, "trigger_type": "schedule", "schedule_type": "daily", "schedule_time": "09:00", "schedule_timezone": "UTC"}""", "/api/v1/triggers/"),
        ("GET", "/triggers/", null, "/api/v1/triggers/"),
        ("GET", "/triggers/1", null, "/api/v1/triggers/1"),
        ("GET", "/triggers/bot/1", null, "/api/v1/triggers/bot/1"),
        ("PUT", "/triggers/1", "{}", "/api/v1/triggers/1"),
        ("POST", "/triggers/1/activate", null, "/api/v1/triggers/1/activate"),
        ("POST", "/triggers/1/deactivate", null, "/api/v1/triggers/1/deactivate"),
        ("POST", "/triggers/1/test", """{"test_message": "hello there"}""", "/api/v1/triggers/1/test"),
        ("GET", "/triggers/1/logs", null, "/api/v1/triggers/1/logs"),
        ("GET", "/triggers/statistics", null, "/api/v1/triggers/statistics"),
        ("DELETE", "/triggers/1", null, "/api/v1/triggers/1"),
        // agent chat with feedback
        ("POST", "/api/auth/register", """{"email": "user@example.com", "username": "testuser", "password": "..."}""", "/api/v1/auth/register"),
        ("POST", "/api/auth/login", "username=testuser&password=...", "/api/v1/auth/login"),
        ("GET", "/api/auth/me", null, "/api/v1/auth/me"),
        ("POST", "/api/auth/refresh", """{"refresh_token": "..."}""", "/api/v1/auth/refresh"),
        ("GET", "/api/channels/gmail/callback?code=x&state=y", null, "/api/v1/channels/gmail/callback"),
        ("GET", "/api/channels/slack/callback?code=x&state=y", null, "/api/v1/channels/slack/callback"),
        // lead capture, several tenants
        ("POST", "/api/v1/auth/register", """{"email": "user@example.com", "password": "...", "tenant_id": "shop"}""", "/api/v1/auth/register"),
        ("POST", "/api/v1/auth/token", "username=user@example.com&password=...&tenant_id=shop", "/api/v1/auth/token"),
        ("POST", "/api/v1/chat/respond", """{"message": "I am interested", "user_id": "web_user_12345", "source": "website", "tenant_id": "shop"}""", "/api/v1/chat/respond"),
        ("POST", "/api/v1/lead/", """{"name": "Test Lead", "email": "test@example.com", "source": "website", "intent": "WARM", "tenant_id": "shop"}""", "/api/v1/lead/"),
        ("GET", "/api/v1/lead/1", null, "/api/v1/lead/1"),
        ("GET", "/api/v1/lead/", null, "/api/v1/lead/"),
        ("GET", "/api/v1/lead/source/website", null, "/api/v1/lead/source/website"),
        ("GET", "/api/v1/lead/intent/HOT", null, "/api/v1/lead/intent/HOT"),
        ("POST", "/api/v1/webhook/whatsapp/shop", "{}", "/webhooks/whatsapp/shop"),
        ("GET", "/api/v1/webhook/whatsapp/shop?hub.verify_token=x&hub.challenge=y", null, "/webhooks/whatsapp/shop"),
        ("POST", "/api/v1/webhook/instagram/shop", "{}", "/webhooks/instagram/shop"),
        ("GET", "/api/v1/webhook/instagram/shop?hub.verify_token=x&hub.challenge=y", null, "/webhooks/instagram/shop"),
        ("POST", "/api/v1/messenger/shop", "{}", "/webhooks/messenger/shop"),
        ("GET", "/api/v1/messenger/shop?hub.verify_token=x&hub.challenge=y", null, "/webhooks/messenger/shop"),
        ("GET", "/api/v1/analytics/summary", null, "/api/v1/analytics/summary"),
        ("GET", "/api/v1/analytics/detailed", null, "/api/v1/analytics/detailed"),
        ("GET", "/", null, "/api/v1"),
        ("GET", "/health", null, "/health"),
    ];

    [Fact]
    public async Task A_call_leads_to_our_address_and_reaches_the_feature_where_it_is_there()
    {
        var wrong = new List<string>();
        foreach (var (method, path, body, ours) in Calls)
        {
            var asked = path.Split('?')[0];
            var led = asked == "/" ? About.Path : OlderAddresses.Canonical(asked)?.Value ?? asked;
            var (status, code) = await Send(method, path, body);
            // The handler may not know the object; the address it knows.
            var unknown = status is 404 or 405 && code is "not_found" or "method_not_allowed" or "channel_kind_not_found";
            if (led != ours || status >= 500 || unknown == IsThere(method, ours))
            {
                wrong.Add($"{method} {path}: led to {led}, answered {status} {code}, is there: {IsThere(method, ours)}");
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_older_address_of_the_table_is_called_by_one_of_them()
    {
        var called = Calls.Select(call => call.Path.Split('?')[0]).Select(path => new PathString(path)).ToList();

        Assert.Empty(OlderAddresses.Table.Where(row => !called.Any(path => path.StartsWithSegments(row.From))).Select(row => row.From.Value));
    }

    [Fact]
    public void No_row_of_the_table_hides_another_and_none_leads_to_an_older_address()
    {
        Assert.All(OlderAddresses.Table, row => Assert.Null(OlderAddresses.Canonical(row.To)));
        var hidden = from row in OlderAddresses.Table
                     from other in OlderAddresses.Table
                     where row != other && other.From.StartsWithSegments(row.From)
                     select $"{other.From} begins with {row.From}";
        Assert.Empty(hidden);
    }

    [Theory]
    [InlineData("/triggersmith")]
    [InlineData("/authority/me")]
    [InlineData("/api/v1/conversations")]
    public void What_only_looks_like_an_older_address_is_left(string path) => Assert.Null(OlderAddresses.Canonical(path));

    [Fact]
    public async Task A_browser_that_wants_a_page_gets_the_page()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/businesses");
        request.Headers.Accept.ParseAdd("text/html");
        using var response = await App.Http.SendAsync(request, Cancellation);

        Assert.NotEqual("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.NotEqual(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("*/*")]
    public async Task The_root_tells_programs_what_answers_here(string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Accept.ParseAdd(accept);
        using var response = await App.Http.SendAsync(request, Cancellation);
        var about = JsonElement.Parse(await response.Content.ReadAsStringAsync(Cancellation));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(("Inbox", "running"), (about.GetProperty("name").GetString(), about.GetProperty("status").GetString()));
        Assert.Matches(@"^\d+\.\d+", about.GetProperty("version").GetString());
    }

    /// <summary>The names of api.md, "Environment names that the older services used".</summary>
    [Fact]
    public void Every_environment_name_of_the_older_services_means_a_key()
    {
        string[] names =
        [
            "ICMP_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY", "AI_PROVIDER", "AI_MODEL", "FACEBOOK_APP_SECRET", "FB_APP_SECRET", "FB_WEBHOOK_VERIFY_TOKEN",
            "FB_PAGE_ACCESS_TOKEN", "WHATSAPP_ACCESS_TOKEN", "WHATSAPP_PHONE_NUMBER_ID", "WHATSAPP_BUSINESS_ID", "WHATSAPP_BUSINESS_ACCOUNT_ID",
            "WHATSAPP_VERIFY_TOKEN", "WHATSAPP_WEBHOOK_VERIFY_TOKEN", "WHATSAPP_API_VERSION", "INSTAGRAM_ACCESS_TOKEN", "INSTAGRAM_WEBHOOK_VERIFY_TOKEN",
            "SMTP_SERVER", "SMTP_PORT", "SMTP_USERNAME", "SMTP_SENDER_EMAIL", "SMTP_PASSWORD", "SMTP_SENDER_PASSWORD", "NOTIFICATION_EMAILS",
            "GMAIL_CLIENT_ID", "GMAIL_CLIENT_SECRET", "GMAIL_REDIRECT_URI", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_SIGNING_SECRET", "SLACK_REDIRECT_URI",
            "ACCESS_TOKEN_EXPIRE_MINUTES", "SESSION_EXPIRE_MINUTES", "DATABASE_URL", "SECRET_KEY",
        ];

        Assert.Equal(names.Order(StringComparer.Ordinal), OlderNames.Table.Select(row => row.Variable).Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("gemini", "of gemini")]
    [InlineData("openai", "of openai")]
    [InlineData(null, "of openai")]
    public void Of_two_keys_of_assistants_the_provider_chooses(string? provider, string expected)
    {
        var configuration = new Microsoft.Extensions.Configuration.ConfigurationManager();
        configuration.AddOlderNames(name => name switch { "OPENAI_API_KEY" => "of openai", "GEMINI_API_KEY" => "of gemini", "AI_PROVIDER" => provider, _ => null });

        Assert.Equal(expected, configuration["Inbox:Assistant:ApiKey"]);
    }

    private bool IsThere(string method, string path)
        => App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.Parameters.All(parameter => !parameter.IsCatchAll))
            .Any(endpoint => new TemplateMatcher(new RouteTemplate(endpoint.RoutePattern), []).TryMatch(path, [])
                && FitsKind(endpoint.RoutePattern, path)
                && endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains(method) != false);

    /// <summary>One route takes the webhooks of all kinds of channels, and knows some kinds.</summary>
    private bool FitsKind(RoutePattern pattern, string path)
        => pattern.RawText?.Contains("{kind}", StringComparison.Ordinal) != true
            || App.Services.GetRequiredService<ChannelCatalogue>().Find(path.Split('/')[2]) is IWebhookChannel;

    private async Task<(int Status, string? Code)> Send(string method, string path, string? body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TestApp.MasterKey);
        request.Content = body is null ? null
            : new StringContent(body, Encoding.UTF8, body.StartsWith('{') ? "application/json" : "application/x-www-form-urlencoded");
        using var response = await App.Http.SendAsync(request, Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        return ((int)response.StatusCode, text.StartsWith('{') && JsonElement.Parse(text).TryGetProperty("code", out var code) ? code.GetString() : null);
    }
}
