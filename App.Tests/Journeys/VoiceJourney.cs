using System.Text.RegularExpressions;
using Inbox.Media;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Inbox.Tests.Journeys;

/// <summary>Voice messages: recorded in the composer with the browser's make-believe microphone, and played.</summary>
public sealed class VoiceJourney : Journey
{
    private TestApp _app = null!;
    private InboxScreen _inbox = null!;
    private SandboxScreen _sandbox = null!;

    private ILocator Form => _inbox.Page.Locator("form[data-composer]");

    private ILocator Record => Form.GetByRole(AriaRole.Button, new() { Name = "Record a voice message" });

    private ILocator Stop => Form.GetByRole(AriaRole.Button, new() { Name = "Stop" });

    private ILocator Send => Form.Locator("[data-voice=send]");

    private ILocator Time => Form.Locator("[data-voice-time]");

    [Fact]
    public async Task A_voice_message_is_recorded_listened_to_and_sent_as_what_the_channel_calls_one()
    {
        await Given(mayRecord: true);
        await _inbox.Type("half a sentence");
        await Record.ClickAsync();
        await Expect(Form).ToHaveAttributeAsync("data-voice", "recording");
        await Expect(Stop).ToBeFocusedAsync();
        await RecordedAtLeast(2);
        await Eventually.Async(() => Form.Locator("[data-level] i").EvaluateAllAsync<bool>("bars => bars.some(bar => Number(bar.style.getPropertyValue('--loud')) > 0.05)"), what: "the level moves");
        await Stop.ClickAsync();

        await Expect(Form).ToHaveAttributeAsync("data-voice", "made");
        await Expect(Send).ToBeFocusedAsync();
        var preview = Form.Locator("[data-sound]");
        await Expect(preview).ToHaveAttributeAsync("data-waves", "");
        await preview.Locator("[data-sound-play]").ClickAsync();
        await Expect(preview).ToHaveAttributeAsync("data-playing", "");
        await Send.ClickAsync();

        var bubble = _inbox.Page.Locator("[data-messages] .bubble:has(.sound)").Last;
        await Expect(bubble.Locator(".tick[data-status=read]")).ToBeVisibleAsync();
        await Expect(bubble.Locator("[data-sound-time]")).ToHaveTextAsync(Seconds);
        await Expect(_sandbox.Bubble("[voice]")).ToBeVisibleAsync();
        await Expect(_inbox.Composer).ToHaveValueAsync("half a sentence");
        await Expect(_inbox.Composer).ToBeFocusedAsync();
        var file = await _app.InBusiness(1, db => db.Set<MediaFile>().AsNoTracking().OrderByDescending(row => row.Id).FirstAsync(Cancellation));
        Assert.Equal(("voice", "audio/ogg"), (file.Kind, file.MimeType));
        await using var content = await _app.Services.GetRequiredService<MediaStore>().OpenAsync(1, file.StorageKey!, Cancellation);
        var head = new byte[64];
        await content!.ReadExactlyAsync(head, Cancellation);
        Assert.StartsWith("OggS", System.Text.Encoding.Latin1.GetString(head), StringComparison.Ordinal);
        Assert.Contains("OpusHead", System.Text.Encoding.Latin1.GetString(head), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_microphone_a_sentence_says_what_to_do()
    {
        await Given(mayRecord: false);

        await Record.ClickAsync();

        await Expect(Form.Locator("[data-hint]")).ToContainTextAsync("The browser does not let this page use the microphone. Allow it beside the address");
        await Expect(Form).Not.ToHaveAttributeAsync("data-voice", Anything);
        await _inbox.Reply("Then I write");
        await Expect(_inbox.Bubble("Then I write")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_keyboard_records_throws_away_and_sends()
    {
        await Given(mayRecord: true);
        var page = _inbox.Page;
        await _inbox.Composer.FocusAsync();
        await page.Keyboard.PressAsync("Alt+KeyR");
        await Expect(Stop).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(Form).Not.ToHaveAttributeAsync("data-voice", Anything);
        await Expect(Record).ToBeFocusedAsync();

        await page.Keyboard.PressAsync("Enter");
        await RecordedAtLeast(1);
        await page.Keyboard.PressAsync("Enter");
        await Expect(Send).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");

        await Expect(_sandbox.Bubble("[voice]")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task A_voice_message_is_played_faster_and_from_where_one_wants_and_one_at_a_time()
    {
        await Given(mayRecord: true);
        foreach (var count in new[] { 1, 2 })
        {
            await Record.ClickAsync();
            await RecordedAtLeast(3);
            await Stop.ClickAsync();
            await Expect(Send).ToBeEnabledAsync();
            await Send.ClickAsync();
            await Expect(_sandbox.Bubble("[voice]")).ToHaveCountAsync(count);
        }

        var sounds = _inbox.Page.Locator("[data-messages] [data-sound]");
        await Expect(sounds).ToHaveCountAsync(2);
        var (first, second) = (sounds.Nth(0), sounds.Nth(1));
        await Expect(first).ToHaveAttributeAsync("data-waves", "");
        await first.Locator("[data-sound-speed]").ClickAsync();
        await Expect(second.Locator("[data-sound-speed]")).ToHaveTextAsync("1.5×");
        await first.Locator("[data-sound-play]").ClickAsync();
        await Expect(first).ToHaveAttributeAsync("data-playing", "");
        Assert.Equal(1.5, await first.Locator("audio").EvaluateAsync<double>("audio => audio.playbackRate"));
        await second.Locator("[data-sound-play]").ClickAsync();
        await Expect(second).ToHaveAttributeAsync("data-playing", "");
        await Expect(first).Not.ToHaveAttributeAsync("data-playing", "");

        await second.Locator("[data-sound-play]").ClickAsync();
        await first.Locator("audio").EvaluateAsync("audio => { audio.pause(); audio.currentTime = 0; }");
        var track = first.Locator("[data-sound-track]");
        await track.FocusAsync();
        await track.PressAsync("ArrowRight");
        await track.PressAsync("ArrowRight");
        var at = await first.Locator("audio").EvaluateAsync<double[]>("audio => [audio.currentTime, audio.duration / 5]");
        Assert.Equal(at[1], at[0], 1);
        await track.PressAsync(" ");
        await Expect(first).ToHaveAttributeAsync("data-playing", "");
    }

    // on a busy machine the clock may skip a second
    private Task RecordedAtLeast(int seconds) => Expect(Time).ToHaveTextAsync(new Regex($"^0:0[{seconds}-9]$"));

    private static Regex Anything { get; } = new(".*");

    private static Regex Seconds { get; } = new("^0:0[1-9]$");

    private async Task Given(bool mayRecord)
    {
        _app = await GivenApp(sampleData: true);
        var visit = await GivenVisit("owner", _app.Address);
        if (mayRecord)
        {
            await visit.Context.GrantPermissionsAsync(["microphone"]);
        }

        _inbox = await new SignInScreen(await visit.OpenAsync("/sign-in")).SignIn(Owner.Email, Owner.Password);
        _sandbox = await SandboxScreen.Open(visit);
        await _sandbox.WriteAsCustomer("Tell me how it sounds");
        await _inbox.Open("Tell me how it sounds");
    }
}
