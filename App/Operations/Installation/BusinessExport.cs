using System.IO.Compression;
using System.Text.Json;
using System.Text.RegularExpressions;
using Inbox.Access.Http;
using Inbox.Data;
using Inbox.Media;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Inbox.Operations.Installation;

/// <summary>
/// Everything of a business as one archive, written as it is read: a file of JSON lines for each table, and its files. No
/// secrets: credentials, hashes and tokens are left out.
/// </summary>
public sealed partial class BusinessExport(IServiceScopeFactory scopes, DataDirectory directory, MediaStore media)
{
    private static readonly byte[] NewLine = "\n"u8.ToArray();

    public async Task WriteAsync(Caller caller, Tenant tenant, Stream output, CancellationToken cancellation)
    {
        if (!caller.IsSuperAdmin)
        {
            throw new ForbiddenException("installation");
        }

        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentTenant>().Use(tenant.Id);
        await using var db = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<InboxDb>>().CreateDbContextAsync(cancellation);
        db.Audit(caller, "business.exported", AuditObject.Of("business", tenant.Id, tenant.Name), tenantId: tenant.Id);
        await db.SaveChangesAsync(cancellation);
        await using var archive = await ZipArchive.CreateAsync(output, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellation);
        await EntryAsync(archive, "Tenants.jsonl", file => LineAsync(file, db.Model.FindEntityType(typeof(Tenant))!, tenant, cancellation), cancellation);
        foreach (var type in OwnedTables.Of(db))
        {
            await EntryAsync(archive, $"{type.GetTableName()}.jsonl", file => OwnedTables.For<Task>(typeof(BusinessExport), nameof(RowsAsync), type, db, type, file, cancellation), cancellation);
        }

        var pictures = Path.Combine(OwnedTables.Files(directory, tenant.Id), "pictures");
        foreach (var path in Directory.Exists(pictures) ? Directory.EnumerateFiles(pictures) : [])
        {
            await FileAsync(archive, $"pictures/{Path.GetFileName(path)}", File.OpenRead(path), cancellation);
        }

        await foreach (var name in media.NamesAsync(tenant.Id, cancellation))
        {
            await FileAsync(archive, name, await media.OpenNamedAsync(tenant.Id, name, cancellation), cancellation);
        }
    }

    /// <param name="content">Null for what was removed since it was listed.</param>
    private static async Task FileAsync(ZipArchive archive, string name, Stream? content, CancellationToken cancellation)
    {
        await using var disposed = content;
        if (content is not null)
        {
            await EntryAsync(archive, $"files/{name}", file => content.CopyToAsync(file, cancellation), cancellation);
        }
    }

    private static async Task EntryAsync(ZipArchive archive, string name, Func<Stream, Task> write, CancellationToken cancellation)
    {
        await using var file = await archive.CreateEntry(name, CompressionLevel.Fastest).OpenAsync(cancellation);
        await write(file);
    }

    private static async Task RowsAsync<T>(InboxDb db, IEntityType type, Stream file, CancellationToken cancellation) where T : class
    {
        await foreach (var row in db.Set<T>().IgnoreQueryFilters([Filters.Deleted]).IgnoreAutoIncludes().AsNoTracking().AsAsyncEnumerable().WithCancellation(cancellation))
        {
            await LineAsync(file, type, row, cancellation);
        }
    }

    private static async Task LineAsync(Stream file, IEntityType type, object row, CancellationToken cancellation)
    {
        var values = type.GetProperties().Where(IsShown).ToDictionary(property => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name), property => property.GetGetter().GetClrValueUsingContainingEntity(row));
        await file.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(values, ApiJson.Lenient), cancellation);
        await file.WriteAsync(NewLine, cancellation);
    }

    private static bool IsShown(IProperty property) => property.ClrType != typeof(byte[]) && !Secret.IsMatch(property.Name);

    [GeneratedRegex("Hash|Secret|Token|Password|Credential|Stamp", RegexOptions.CultureInvariant)]
    private static partial Regex Secret { get; }
}
