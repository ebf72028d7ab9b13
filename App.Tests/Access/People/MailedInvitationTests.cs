using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using MimeKit;

namespace Inbox.Tests.Access.People;

public sealed partial class MailedInvitationTests : AppTests
{
    private readonly MailServer _mail = new();

    protected override TestAppOptions Options(TestAppOptions options) => options with
    {
        Settings = new Dictionary<string, string?>
        {
            ["Inbox:PublicBaseUrl"] = "https://inbox.example.com",
            ["Inbox:Email:Server"] = "127.0.0.1",
            ["Inbox:Email:Port"] = $"{_mail.Port}",
            ["Inbox:Email:From"] = "inbox@example.com",
            ["Inbox:Email:Notify"] = "ops@example.com, night@example.com",
            ["Inbox:Auth:InvitationDays"] = "3",
        },
    };

    [Fact]
    public async Task The_link_goes_to_the_person_and_is_shown_to_nobody_else()
    {
        await using var mail = _mail;
        var team = await Team.In(App, "Shop Bcc: x@y.example");

        var sent = await team.Api.Send(HttpMethod.Post, "/api/v1/invitations", """{"email": "eva@people.example", "roles": ["agent"]}""");

        Assert.Equal(201, sent.Status);
        Assert.True(sent.Body.GetProperty("is_mailed").GetBoolean());
        Assert.Equal(JsonValueKind.Null, sent.Body.GetProperty("link").ValueKind);
        var raw = Assert.Single(mail.Mails);
        using var bytes = new MemoryStream(Encoding.UTF8.GetBytes(raw));
        using var message = await MimeMessage.LoadAsync(bytes, Cancellation);
        Assert.Equal("eva@people.example", Assert.Single(message.GetRecipients()).Address);
        Assert.Equal("Join Shop Bcc: x@y.example", message.Subject);
        Assert.Contains("within 3 days", message.TextBody, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromDays(3), sent.Body.GetProperty("expires_at").GetDateTime() - sent.Body.GetProperty("created_at").GetDateTime());
        var token = Link().Match(message.TextBody ?? "") is { Success: true } link ? link.Groups[1].Value : throw new InvalidOperationException(raw);
        var joined = await new TestApi(App).Send(HttpMethod.Post, "/api/v1/invitations/accept", JsonSerializer.Serialize(new { token, full_name = "Eva", password = Team.Password }));
        Assert.Equal(204, joined.Status);
    }

    [Fact]
    public async Task A_mail_that_the_server_does_not_take_leaves_a_link_to_hand_on()
    {
        await using var mail = _mail;
        mail.Refuses = true;
        var team = await Team.In(App);

        var sent = await team.Api.Send(HttpMethod.Post, "/api/v1/invitations", """{"email": "eva@people.example", "roles": ["agent"]}""");

        Assert.False(sent.Body.GetProperty("is_mailed").GetBoolean());
        Assert.StartsWith("https://inbox.example.com/join?token=", sent.Body.GetProperty("link").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Those_who_run_the_installation_are_told_by_mail_that_a_business_lets_them_in()
    {
        await using var mail = _mail;
        var team = await Team.In(App);
        var signedIn = await new TestApi(App).Send(HttpMethod.Post, "/api/v1/auth/login", JsonSerializer.Serialize(new { username = team.EmailOf("owner"), password = Team.Password }));
        var owner = new TestApi(App, signedIn.Body.GetProperty("access_token").GetString());

        Assert.Equal(201, (await owner.Send(HttpMethod.Post, "/api/v1/company-profile/support", """{"hours": 2, "reason": "The list is empty"}""")).Status);

        await Eventually.Async(() => mail.Mails.Count == 2);
        Assert.All(mail.Mails, raw => Assert.Contains("The list is empty", raw, StringComparison.Ordinal));
        Assert.Contains(mail.Mails, raw => raw.Contains("To: ops@example.com", StringComparison.Ordinal));
        Assert.Contains(mail.Mails, raw => raw.Contains("To: night@example.com", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"https://inbox\.example\.com/join\?token=([\w-]+)")]
    private static partial Regex Link();
}
