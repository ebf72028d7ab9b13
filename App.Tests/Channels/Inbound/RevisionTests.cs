using System.Text.Json.Nodes;
using Inbox.Conversations;
using Inbox.Media;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Channels.Inbound;

public sealed class RevisionTestsOnSqlite() : RevisionTests(TestDatabase.Sqlite);

public sealed class RevisionTestsOnPostgreSql() : RevisionTests(TestDatabase.PostgreSql);

/// <summary>What customers do with messages that are there: react, change, take back. In any order and any number of times.</summary>
public abstract class RevisionTests(TestDatabase database) : AppTests(database)
{
    private const string Ann = "15550100142";

    private static readonly DateTimeOffset Start = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_reaction_stands_at_its_message_and_the_newest_counts()
    {
        var number = await App.GivenWhatsApp();
        var id = await Hello(number);

        await number.DeliverMessage(Reaction(id, "👍", 10));
        await number.DeliverMessage(Reaction(id, "🎉", 30));
        await number.DeliverMessage(Reaction(id, "😡", 20));
        await App.InboundIsIdle();

        Assert.Equal([("🎉", false)], (await Shown()).Single().Reactions.Select(reaction => (reaction.Emoji, reaction.Ours)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_reaction_is_taken_back_with_an_empty_emoji_or_none(bool empty)
    {
        var number = await App.GivenWhatsApp();
        var id = await Hello(number);

        await number.DeliverMessage(Reaction(id, "👍", 10));
        await number.DeliverMessage(Reaction(id, empty ? "" : null, 20));
        await number.DeliverMessage(Reaction(id, "👍", 10));
        await App.InboundIsIdle();

        Assert.Empty((await Shown()).Single().Reactions);
    }

    [Fact]
    public async Task A_reaction_that_comes_before_its_message_is_there_with_it_and_opens_nothing()
    {
        var number = await App.GivenWhatsApp();
        var id = WhatsAppJson.NewId();
        await number.DeliverMessage(Reaction(id, "👍", 10));
        await App.InboundIsIdle();
        Assert.Empty(await App.Conversations());

        await Hello(number, id);

        Assert.Equal("👍", Assert.Single((await Shown()).Single().Reactions).Emoji);
    }

    [Fact]
    public async Task A_changed_message_says_the_new_text_and_keeps_the_old_one()
    {
        var number = await App.GivenWhatsApp();
        var id = await Hello(number);

        await number.DeliverMessage(Edit(id, "third", 30));
        await number.DeliverMessage(Edit(id, "second", 20));
        await number.DeliverMessage(Edit(id, "third", 30));
        await App.InboundIsIdle();

        var message = (await Shown()).Single();
        Assert.Equal(("third", Start.AddSeconds(30).UtcDateTime), (message.Text, message.EditedAt!.Value));
        var revisions = await App.InBusiness(1, db => db.Set<MessageRevision>().ToListAsync(Cancellation));
        Assert.Equal(2, revisions.Count);
        Assert.Contains(revisions, revision => revision.Before == "hello");
        Assert.Equal("third", Assert.Single(await App.Conversations()).Conversation.LastMessagePreview);
        await using var scope = App.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentTenant>().Use(1);
        var earlier = await scope.ServiceProvider.GetRequiredService<Threads>().EarlierAsync(Caller.System(1), message.Id, Cancellation);
        Assert.Equal([new EarlierText("hello", Start.AddSeconds(30).UtcDateTime)], earlier);
    }

    [Fact]
    public async Task A_message_that_was_taken_back_is_shown_as_such_whatever_comes_later()
    {
        var number = await App.GivenWhatsApp();
        var id = await Hello(number);

        await number.DeliverMessage(Revoke(id, 20));
        await number.DeliverMessage(Edit(id, "late", 30));
        await App.InboundIsIdle();

        var message = (await Shown()).Single();
        Assert.Null(message.Text);
        Assert.NotNull(message.RevokedAt);
        Assert.Equal("hello", Assert.Single(await App.InBusiness(1, db => db.Set<MessageRevision>().Where(revision => revision.IsDeletion).ToListAsync(Cancellation))).Before);
    }

    [Fact]
    public async Task A_change_and_a_deletion_that_come_first_wait_for_their_messages()
    {
        var number = await App.GivenWhatsApp();
        var (changed, deleted) = (WhatsAppJson.NewId(), WhatsAppJson.NewId());
        await number.DeliverMessage(Edit(changed, "changed", 20));
        await number.DeliverMessage(Revoke(deleted, 20));
        await App.InboundIsIdle();

        await Hello(number, changed);
        await Hello(number, deleted);

        var messages = await Shown();
        Assert.Equal("changed", messages.Single(message => message.ExternalId == changed).Text);
        Assert.NotNull(messages.Single(message => message.ExternalId == deleted).RevokedAt);
    }

    [Fact]
    public async Task A_file_is_to_be_fetched_and_its_name_is_no_path()
    {
        var number = await App.GivenWhatsApp();

        await number.DeliverMessage(WhatsAppJson.Message(Ann, "document", new JsonObject { ["id"] = "880004", ["mime_type"] = "application/pdf", ["filename"] = "../../invoice.pdf", ["caption"] = "Here" }));
        await App.InboundIsIdle();

        var message = (await Shown()).Single();
        Assert.Equal(("document", "Here"), (message.Type, message.Text));
        var file = Assert.Single(message.Files);
        Assert.Equal(("document", MediaState.Pending, "invoice.pdf"), (file.Kind, file.State, file.FileName));
        var row = Assert.Single(await App.InBusiness(1, db => db.Set<MediaFile>().ToListAsync(Cancellation)));
        Assert.Equal("880004", row.Reference);
    }

    [Fact]
    public async Task An_answer_shows_what_it_answers()
    {
        var number = await App.GivenWhatsApp();
        var id = await Hello(number);
        var answer = WhatsAppJson.Text(Ann, "to this one");
        answer["context"] = new JsonObject { ["id"] = id };

        await number.DeliverMessage(answer);
        await App.InboundIsIdle();

        Assert.Equal("hello", (await Shown()).Single(message => message.Text == "to this one").Quoted!.Text);
    }

    private async Task<string> Hello(WhatsAppNumber number, string? id = null)
    {
        id ??= WhatsAppJson.NewId();
        await number.DeliverMessage(WhatsAppJson.Text(Ann, "hello", id, Start));
        await App.InboundIsIdle();
        return id;
    }

    private static JsonObject Reaction(string target, string? emoji, int seconds)
        => At(seconds, "reaction", emoji is null ? new JsonObject { ["message_id"] = target } : new JsonObject { ["message_id"] = target, ["emoji"] = emoji });

    private static JsonObject Edit(string target, string text, int seconds)
        => At(seconds, "edit", new JsonObject { ["original_message_id"] = target, ["message"] = new JsonObject { ["type"] = "text", ["text"] = new JsonObject { ["body"] = text } } });

    private static JsonObject Revoke(string target, int seconds) => At(seconds, "revoke", new JsonObject { ["original_message_id"] = target });

    private static JsonObject At(int seconds, string type, JsonObject body) => WhatsAppJson.Message(Ann, type, body, at: Start.AddSeconds(seconds));

    private Task<List<MessageRow>> Shown() => App.InBusiness(1, db => Threads.ReadAsync(db, Caller.System(1), db.Set<Message>(), Cancellation));
}
