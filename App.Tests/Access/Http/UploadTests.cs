using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Inbox.Access.Http;
using Inbox.Access.Pictures;
using Inbox.Tests.Access.People;

namespace Inbox.Tests.Access.Http;

/// <summary>Files that are cut, empty, wrongly framed or just at the limit, where pictures are taken.</summary>
public sealed class UploadTests : AppTests
{
    private const string Boundary = "----inbox-test";

    private static readonly byte[] Png = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    public static TheoryData<string> Addresses => ["/api/v1/profile/avatar", "/api/v1/company-profile/logo"];

    [Theory]
    [MemberData(nameof(Addresses))]
    public async Task A_picture_up_to_the_limit_is_taken_and_one_byte_more_is_not(string address)
    {
        var owner = await OwnerAsync();

        Assert.Equal(200, (await Put(owner, address, Form(Sized(PictureFiles.LargestFile - 1)))).Status);
        Assert.Equal(200, (await Put(owner, address, Form(Sized(PictureFiles.LargestFile)))).Status);
        Assert.Equal((413, "picture_too_large"), await Put(owner, address, Form(Sized(PictureFiles.LargestFile + 1))));
    }

    [Theory]
    [MemberData(nameof(Addresses))]
    public async Task An_empty_or_cut_picture_is_refused(string address)
    {
        var owner = await OwnerAsync();

        Assert.Equal((415, "unsupported_picture"), await Put(owner, address, Form([])));
        Assert.Equal((415, "unsupported_picture"), await Put(owner, address, Form(Png[..12])));
    }

    [Theory]
    [MemberData(nameof(Addresses))]
    public async Task A_form_that_is_cut_or_wrongly_framed_is_refused(string address)
    {
        var owner = await OwnerAsync();
        var whole = Form(Png);
        (string What, byte[] Body, string Type)[] forms =
        [
            ("no bytes", [], $"multipart/form-data; boundary={Boundary}"),
            ("cut in the file", whole[..^(Boundary.Length + 20)], $"multipart/form-data; boundary={Boundary}"),
            ("cut in the head", whole[..30], $"multipart/form-data; boundary={Boundary}"),
            ("another boundary", whole, "multipart/form-data; boundary=another"),
            ("no boundary", whole, "multipart/form-data"),
            ("a boundary too long", whole, $"multipart/form-data; boundary={new string('x', 300)}"),
            ("another field", Form(Png, "picture"), $"multipart/form-data; boundary={Boundary}"),
            ("JSON", "{}"u8.ToArray(), "application/json"),
        ];
        var wrong = new List<string>();
        foreach (var (what, body, type) in forms)
        {
            var (status, code) = await Put(owner, address, body, type);
            if (status is not (>= 400 and < 500) || code is null || ProblemCatalogue.Find(code) is null)
            {
                wrong.Add($"{what}: {status} {code}");
            }
        }

        Assert.Empty(wrong);
    }

    /// <summary>A picture by its head, filled up: only the head is judged.</summary>
    private static byte[] Sized(int length)
    {
        var bytes = new byte[length];
        Png.CopyTo(bytes, 0);
        return bytes;
    }

    private static byte[] Form(byte[] file, string field = "file")
        => [.. Encoding.ASCII.GetBytes($"--{Boundary}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"face.png\"\r\nContent-Type: image/png\r\n\r\n"), .. file, .. Encoding.ASCII.GetBytes($"\r\n--{Boundary}--\r\n")];

    private async Task<string> OwnerAsync()
    {
        var shop = await Team.In(App);
        var entered = await new TestApi(App).Send(HttpMethod.Post, "/api/v1/auth/login", JsonSerializer.Serialize(new { email = shop.EmailOf("owner"), password = Team.Password }));
        return entered.Body.GetProperty("access_token").GetString()!;
    }

    private async Task<(int Status, string? Code)> Put(string token, string address, byte[] body, string type = $"multipart/form-data; boundary={Boundary}")
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, address) { Content = new ByteArrayContent(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        using var answer = await App.Http.SendAsync(request, Cancellation);
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        return ((int)answer.StatusCode, text.StartsWith('{') && JsonElement.Parse(text).TryGetProperty("code", out var code) ? code.GetString() : null);
    }
}
