using Inbox.Media;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Inbox.Tests.Journeys;

/// <summary>Photos are made ready in the browser: as large as a customer can see, and without the camera's notes.</summary>
public sealed class PhotoJourney : Journey
{
    [Fact]
    public async Task A_photo_goes_out_no_larger_than_needed_and_without_where_it_was_taken()
    {
        var app = await GivenApp(sampleData: true);
        var visit = await GivenVisit("owner", app.Address);
        var inbox = await new SignInScreen(await visit.OpenAsync("/sign-in")).SignIn(Owner.Email, Owner.Password);
        var sandbox = await SandboxScreen.Open(visit);
        await sandbox.WriteAsCustomer("What does it look like?");
        await inbox.Open("What does it look like?");

        var small = await Drawn(inbox.Page, 640, 480);
        await Choose(inbox, "plain.jpg", small);
        await Choose(inbox, "camera.jpg", [.. small[..2], 0xFF, 0xE1, 0, 16, .. "Exif\0\0GPS 52.5"u8, .. small[2..]]);
        await Choose(inbox, "wide.jpg", await Drawn(inbox.Page, 4000, 3000));

        var files = await app.InBusiness(1, db => db.Set<MediaFile>().AsNoTracking().Where(file => file.MessageId == null).OrderBy(file => file.Id).ToListAsync(Cancellation));
        Assert.Equal([(640, 480), (640, 480), (2560, 1920)], files.Select(file => (file.Width!.Value, file.Height!.Value)));
        Assert.Equal(small, await Content(app, files[0]));
        Assert.DoesNotContain("GPS", System.Text.Encoding.Latin1.GetString(await Content(app, files[1])), StringComparison.Ordinal);
    }

    private static async Task Choose(InboxScreen inbox, string name, byte[] content)
    {
        await inbox.Choose(name, "image/jpeg", content);
        await Expect(inbox.Chosen(name).And(inbox.Page.Locator("[data-state=ready]"))).ToBeVisibleAsync();
    }

    /// <summary>A picture of the size, as a JPEG.</summary>
    private static async Task<byte[]> Drawn(IPage page, int width, int height)
        => Convert.FromBase64String(await page.EvaluateAsync<string>(
            """
            ([width, height]) => {
              const canvas = Object.assign(document.createElement("canvas"), { width, height });
              const pen = canvas.getContext("2d");
              for (let x = 0; x < width; x += 40) { pen.fillStyle = `hsl(${x % 360} 70% 50%)`; pen.fillRect(x, 0, 40, height); }
              return canvas.toDataURL("image/jpeg", 0.9).split(",")[1];
            }
            """,
            new[] { width, height }));

    private static async Task<byte[]> Content(TestApp app, MediaFile file)
    {
        await using var content = await app.Services.GetRequiredService<MediaStore>().OpenAsync(1, file.StorageKey!, Cancellation);
        using var bytes = new MemoryStream();
        await content!.CopyToAsync(bytes, Cancellation);
        return bytes.ToArray();
    }
}
