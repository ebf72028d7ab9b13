using Inbox.Channels;
using Inbox.Channels.Sandbox;
using Inbox.Conversations;
using Inbox.Conversations.Signs;
using Inbox.Media;
using Inbox.Tests.Conversations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Channels.Sandbox;

/// <summary>What a made-up customer does at a WhatsApp number of the stand-in.</summary>
public sealed class SandboxPhonesTests() : SandboxConversation(TestDatabase.Sqlite)
{
    private SandboxPhones Phones => App.Services.GetRequiredService<SandboxPhones>();

    [Theory]
    [InlineData("""{"kind": "buttons", "buttons": [{"id": "mon", "title": "Monday"}, {"id": "tue", "title": "Tuesday"}]}""", "button", "tue")]
    [InlineData("""{"kind": "list", "list_button": "Choose", "sections": [{"rows": [{"id": "mon", "title": "Monday"}, {"id": "tue", "title": "Tuesday"}]}]}""", "list", "tue")]
    public async Task What_is_offered_can_be_pressed(string offer, string kind, string chosen)
    {
        var id = await Given();
        await Api.Send(HttpMethod.Post, $"/api/v1/conversations/{id}/messages", $$"""{"text_content": "When?", "interactive": {{offer}} }""");
        var send = await First();
        Assert.Equal("When?", send.Above);

        await Phones.ChooseAsync(Channel, "Ann", send, send.Offers[1], Cancellation);

        var answer = await Arrived(message => message.Text == "Tuesday");
        Assert.Equal(new Choice(kind, chosen, "Tuesday"), MessageContent.Read(answer.Content)!.Choice);
        Assert.Equal(send.Id, answer.ReplyTo);
    }

    [Fact]
    public async Task The_button_of_a_template_answers_it()
    {
        var id = await Given();
        await App.Services.GetRequiredService<SandboxTemplates>().AddAsync(Channel, SandboxTemplate.First[0] with
        {
            Name = "asks",
            Components = System.Text.Json.JsonElement.Parse("""[{"type": "BODY", "text": "Well?"}, {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Yes"}]}]"""),
        });
        await Api.Send(HttpMethod.Post, $"/api/v1/conversations/{id}/messages", """{"template": {"name": "asks", "language": "en_US"}}""");
        var send = await First();
        Assert.Equal(("Well?", "Yes"), (send.Above, Assert.Single(send.Offers).Title));

        await Phones.ChooseAsync(Channel, "Ann", send, send.Offers[0], Cancellation);

        Assert.Equal("template_button", MessageContent.Read((await Arrived(message => message.Text == "Yes")).Content)!.Choice!.Kind);
    }

    [Fact]
    public async Task A_picture_is_fetched_as_from_the_platform_and_a_place_shows_where_it_is()
    {
        await Given();

        await Phones.SendPictureAsync(Channel, Ann, "Ann", Cancellation);
        await Phones.SendPlaceAsync(Channel, Ann, "Ann", Cancellation);

        await Eventually.Async(() => App.InBusiness(1, db => db.Set<MediaFile>().AnyAsync(file => file.State == MediaState.Stored && file.MimeType == "image/png", Cancellation)), what: "the picture is here");
        Assert.Equal("Brandenburg Gate", MessageContent.Read((await Arrived(message => message.Type == "location")).Content)!.Location!.Name);
    }

    [Fact]
    public async Task A_message_gets_a_heart_and_what_was_written_is_taken_back()
    {
        var id = await Given();
        await Api.Send(HttpMethod.Post, $"/api/v1/conversations/{id}/messages", """{"text_content": "Hello"}""");
        var send = await First();

        await Phones.ReactAsync(Channel, "Ann", send, "❤️", Cancellation);
        await Phones.UnsendAsync(Channel, App.Services.GetRequiredService<SandboxSends>().WrittenTo(Channel.Id)[0], Cancellation);

        await Eventually.Async(() => App.InBusiness(1, db => db.Set<Reaction>().AnyAsync(reaction => reaction.Emoji == "❤️", Cancellation)), what: "the heart is here");
        await Arrived(message => message.RevokedAt != null);
    }

    private Task<SandboxSend> First() => Eventually.Async(() => Task.FromResult(Taken is [var send, ..] ? send : null), what: "the message is there");

    private Task<Message> Arrived(System.Linq.Expressions.Expression<Func<Message, bool>> one)
        => Eventually.Async(() => App.InBusiness(1, db => db.Set<Message>().AsNoTracking().Where(message => message.Direction == MessageDirection.Inbound).FirstOrDefaultAsync(one, Cancellation)));
}
