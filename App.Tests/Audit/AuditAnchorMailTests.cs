using Inbox.Audit;
using Inbox.Tests.Access.People;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;

namespace Inbox.Tests.Audit;

public sealed class AuditAnchorMailTests : AppTests
{
    private readonly MailServer _mail = new();

    protected override TestAppOptions Options(TestAppOptions options) => options with
    {
        Settings = new Dictionary<string, string?>
        {
            ["Inbox:Email:Server"] = "127.0.0.1",
            ["Inbox:Email:Port"] = $"{_mail.Port}",
            ["Inbox:Email:From"] = "inbox@example.com",
        },
    };

    [Fact]
    public async Task The_end_of_a_chain_that_grew_is_mailed_to_the_owners_of_its_business_and_to_nobody_else()
    {
        await using var mail = _mail;
        var team = await Team.In(App, "Flowers");
        await team.GivenPerson("agent", "agent");
        var quiet = await Team.In(App, "Quiet");
        await DayPasses();
        mail.Mails.Clear();
        await team.GivenPerson("another", "agent");

        var end = Assert.Single(await DayPasses());

        Assert.Equal(team.Tenant, end.TenantId);
        using var bytes = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(Assert.Single(mail.Mails)));
        using var message = await MimeMessage.LoadAsync(bytes, Cancellation);
        Assert.Equal(team.EmailOf("owner"), Assert.Single(message.GetRecipients()).Address);
        Assert.Equal("Audit trail of Flowers", message.Subject);
        Assert.Contains($"row {end.Sequence} ", message.TextBody, StringComparison.Ordinal);
        Assert.Contains(end.Hash, message.TextBody, StringComparison.Ordinal);
    }

    /// <summary>As the worker does it on another day: the file of today becomes that of a day before.</summary>
    private async Task<IReadOnlyList<AuditEnd>> DayPasses()
    {
        var folder = Path.Combine(App.Storage.DataDirectory, "keys", "anchors");
        foreach (var file in Directory.EnumerateFiles(folder, "*.json").OrderDescending().ToList())
        {
            File.Move(file, Path.Combine(folder, "2020-01-01.json"), overwrite: true);
        }

        var ends = await App.Services.GetRequiredService<AuditAnchors>().WriteAsync(Cancellation);
        await App.Services.GetRequiredService<AuditAnchorMails>().SendAsync(ends, Cancellation);
        return ends;
    }
}
