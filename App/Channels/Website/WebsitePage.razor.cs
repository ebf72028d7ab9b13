using System.Globalization;
using Inbox.Shell.Ui;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Components;

namespace Inbox.Channels.Website;

public sealed partial class WebsitePage : IAsyncDisposable
{
    private static readonly string[] Scenes = ["home", "form", "chat"];

    private Channel? _channel;
    private WebsiteDraft? _draft;
    private WidgetFacts? _facts;
    private ElementReference _frame;
    private BrowserModule? _preview;
    private string? _shown;
    private string _language = "en";
    private string _scene = "home";
    private bool _missing;
    private bool _more;
    private bool _saving;

    [Parameter]
    public long Id { get; set; }

    private WebsiteDraft.TextsDraft Texts => _draft!.Texts[_language];

    private string Snippet => new WebsiteChannel().Snippet(_channel!, Address)!;

    private string Hours => _facts!.Hours switch
    {
        { IsOpen: true, ClosesAt: null } => Say["You count as always open."],
        { IsOpen: true } => Say["You are open now."],
        _ => Say["You are closed now; visitors read when you open."],
    };

    protected override Task OnInitializedAsync() => LoadAsync();

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_draft is null || _facts is null)
        {
            return;
        }

        if (_preview is null)
        {
            _preview = new BrowserModule(Js);
            await _preview.StartAsync(Assets["js/widget-preview.js"], "start", CancellationToken.None, _frame);
        }

        var wanted = _draft.Preview(_facts, _language, _scene);
        if (wanted != _shown)
        {
            _shown = wanted;
            await _preview.CallAsync("show", CancellationToken.None, wanted);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_preview is not null)
        {
            await _preview.DisposeAsync();
        }
    }

    private async Task LoadAsync()
    {
        _more = false;
        await FindAsync();
        if (!_missing)
        {
            _facts = await Screens.FactsAsync(Caller.Value, _channel!, default);
            _draft = WebsiteDraft.Of(_channel!, _facts.Languages);
            _language = _draft.Texts.ContainsKey(_language) ? _language : _draft.Texts.Keys.First();
        }
    }

    private async Task FindAsync()
    {
        try
        {
            _channel = await Connections.FindAsync(Caller.Value, Id, default);
            _missing = _channel.Kind != WebsiteChannel.Key;
        }
        catch (RefusedException)
        {
            _missing = true;
        }
    }

    /// <summary>What is typed on the page stays where nothing was changed in the form beside it.</summary>
    private async Task ClosedAsync()
    {
        _more = false;
        var version = _channel!.Version;
        await FindAsync();
        if (!_missing && _channel.Version != version)
        {
            await LoadAsync();
        }
    }

    private async Task SaveAsync()
    {
        _saving = true;
        await TryAsync(async () =>
        {
            await Connections.ChangeAsync(Caller.Value, Id, new ChannelEdit(_draft!.Name), _draft.Values(), default);
            await LoadAsync();
            Toasts.Done(Say["Saved"]);
        });
        _saving = false;
    }

    private void ShowForm() => _scene = _draft!.Show == PreChatForm.Never ? "home" : "form";

    private static string NameOf(string tag) => CultureInfo.GetCultureInfo(tag).NativeName;
}
