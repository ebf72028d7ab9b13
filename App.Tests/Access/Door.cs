using System.Net;
using System.Text.RegularExpressions;
using Inbox.Access.FirstRun;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Access;

/// <summary>A browser at the pages before the signed-in area: opens a page, fills in its form, keeps the cookies.</summary>
public sealed partial class Door(TestApp app) : IDisposable
{
    public const string Email = "anna@flowers.example";
    public const string Password = "correct lamp on the desk";

    private readonly HttpClient _browser = app.Browser();
    private string _page = "";

    public HttpClient Browser => _browser;

    public string Page => WebUtility.HtmlDecode(_page);

    public string SetupPath => app.Services.GetRequiredService<SetupLink>().Path;

    public async Task<HttpStatusCode> Open(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return (await Send(request)).StatusCode;
    }

    /// <summary>Sends the form of the page that was opened last.</summary>
    public async Task<HttpResponseMessage> Fill(string path, params (string Name, string Value)[] fields)
    {
        var hidden = Hidden().Matches(_page).Select(match => (Name: match.Groups[1].Value, Value: WebUtility.HtmlDecode(match.Groups[2].Value)));
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new FormUrlEncodedContent(hidden.Concat(fields).Select(field => KeyValuePair.Create(field.Name, field.Value))),
        };
        return await Send(request);
    }

    /// <summary>Makes the first business over the set-up page and is signed in.</summary>
    public async Task<HttpResponseMessage> SetUp(string business = "Flowers", bool sampleData = false)
    {
        await Open(SetupPath);
        (string, string)[] fields = [("Business", business), ("Name", "Anna"), ("Email", Email), ("Password", Password)];
        return await Fill(SetupPath, sampleData ? [.. fields, ("Sample", "yes")] : fields);
    }

    public async Task<HttpResponseMessage> SignIn(string email = Email, string password = Password, string path = "/sign-in")
    {
        await Open(path);
        return await Fill(path, ("Email", email), ("Password", password));
    }

    /// <summary>The token that a page gives to its scripts.</summary>
    public async Task<string> AntiforgeryToken()
    {
        await Open("/not-there");
        return WebUtility.HtmlDecode(Meta().Match(_page).Groups[1].Value);
    }

    public void Dispose() => _browser.Dispose();

    private async Task<HttpResponseMessage> Send(HttpRequestMessage request)
    {
        request.Headers.Accept.ParseAdd("text/html");
        var response = await _browser.SendAsync(request, TestContext.Current.CancellationToken);
        _page = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return response;
    }

    [GeneratedRegex("""<input type="hidden" name="([^"]+)" value="([^"]*)""")]
    private static partial Regex Hidden();

    [GeneratedRegex("""csrf-token" content="([^"]+)""")]
    private static partial Regex Meta();
}
