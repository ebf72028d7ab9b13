using System.Globalization;
using System.Security.Cryptography;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access.Pictures;

/// <summary>
/// Stores small pictures: judged by their bytes, kept under a random name outside of what is served as files. Call
/// <see cref="AddAsync"/> in the transaction that shows the picture, and <see cref="Forget"/> after the one that lets it go.
/// </summary>
public sealed partial class PictureFiles(DataDirectory directory, TimeProvider clock, ILogger<PictureFiles> log)
{
    /// <summary>512 KB: a logo or a face is shown small.</summary>
    public const int LargestFile = 512 * 1024;

    private const int LargestSide = 4096;

    /// <summary>Reads a file of unknown size and no further than allowed.</summary>
    /// <exception cref="RefusedException">picture_too_large.</exception>
    public static async Task<byte[]> ReadAsync(Stream file, CancellationToken cancellation)
    {
        var bytes = new byte[LargestFile + 1];
        var length = await file.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation);
        return length <= LargestFile
            ? bytes[..length]
            : throw new RefusedException("picture_too_large", $"The picture is larger than {LargestFile / 1024} KB.", StatusCodes.Status413PayloadTooLarge, "file");
    }

    /// <returns>The row, added to the context.</returns>
    /// <exception cref="RefusedException">unsupported_picture, picture_too_large.</exception>
    public async Task<Picture> AddAsync(InboxDb db, long tenantId, byte[] bytes, CancellationToken cancellation)
    {
        var header = PictureHeader.Of(bytes)
            ?? throw new RefusedException("unsupported_picture", "Choose a PNG, JPEG or WebP picture.", StatusCodes.Status415UnsupportedMediaType, "file");
        if (header.Width > LargestSide || header.Height > LargestSide)
        {
            throw new RefusedException("picture_too_large", $"The picture is wider or higher than {LargestSide} pixels.", StatusCodes.Status413PayloadTooLarge, "file");
        }

        var picture = new Picture
        {
            TenantId = tenantId,
            Name = $"{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}.{header.Type.Split('/')[1]}",
            ContentType = header.Type,
            Size = bytes.Length,
            CreatedAt = clock.GetUtcNow().UtcDateTime,
        };
        await File.WriteAllBytesAsync(PathOf(picture), bytes, cancellation);
        db.Add(picture);
        return picture;
    }

    /// <returns>Null when there is no such picture.</returns>
    public async Task<(Picture Picture, string Path)?> FindAsync(InboxDb db, string name, CancellationToken cancellation)
        => await db.Set<Picture>().IgnoreQueryFilters([Filters.Tenant]).AsNoTracking().SingleOrDefaultAsync(picture => picture.Name == name, cancellation) is { } picture
            && PathOf(picture) is var path && File.Exists(path)
                ? (picture, path)
                : null;

    /// <summary>Removes the file of a row that is gone; one that stays behind costs a little room and nothing else.</summary>
    public void Forget(Picture picture)
    {
        try
        {
            File.Delete(PathOf(picture));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            StaysBehind(error, picture.Id);
        }
    }

    private string PathOf(Picture picture)
        => Path.Combine(directory.Folder(Path.Combine("media", picture.TenantId.ToString(CultureInfo.InvariantCulture), "pictures")), picture.Name);

    [LoggerMessage(LogLevel.Warning, "The file of picture {PictureId} cannot be removed")]
    private partial void StaysBehind(Exception error, long pictureId);
}
