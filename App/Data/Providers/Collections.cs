using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Inbox.Data.Providers;

internal static class Collections
{
    /// <summary>
    /// A list in a query travels as one value (JSON on SQLite and SQL Server, an array on PostgreSQL). As a parameter for
    /// each element, which is EF's default, every length of a list would be a statement of its own, and a long one more
    /// parameters than a database takes.
    /// </summary>
    public static void AsOneParameter<TBuilder, TExtension>(RelationalDbContextOptionsBuilder<TBuilder, TExtension> options)
        where TBuilder : RelationalDbContextOptionsBuilder<TBuilder, TExtension>
        where TExtension : RelationalOptionsExtension, new()
        => options.UseParameterizedCollectionMode(ParameterTranslationMode.Parameter);
}
