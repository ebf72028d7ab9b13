using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Inbox.Data;

/// <summary>What every context needs beside its options.</summary>
public sealed record InboxDbParts(ITenantScope Tenant, IReadOnlyList<ISaveRule> Rules, WriterGate Writers, RowIds Ids);

/// <summary>
/// The database. One context per operation, from <see cref="IDbContextFactory{TContext}"/>. Each provider has a context
/// type of its own with its migrations; mappings are found in the assembly.
/// </summary>
public abstract class InboxDb(DbContextOptions options, InboxDbParts parts) : DbContext(options)
{
    /// <summary>The tenant whose rows this context sees; the filter named <see cref="Filters.Tenant"/> reads it with each query.</summary>
    public long TenantId => parts.Tenant.Id;

    /// <summary>Rows that a rule completes and writes right before the commit, after all others.</summary>
    public ICollection<object> LateRows { get; } = [];

    internal RowIds Ids => parts.Ids;

    /// <summary>
    /// Opens a write transaction. On SQLite the writers take turns, and the turn is held until the result is disposed:
    /// never open a second one inside.
    /// </summary>
    /// <param name="urgent">Goes before those that wait: for the ledger, whose sender waits for an answer.</param>
    public async Task<WriteTransaction> BeginAsync(CancellationToken cancellation, bool urgent = false)
    {
        var turn = await parts.Writers.EnterAsync(urgent, cancellation);
        try
        {
            return new WriteTransaction(await Database.BeginTransactionAsync(cancellation), turn, WriteLateAsync);
        }
        catch
        {
            turn.Dispose();
            throw;
        }
    }

    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        if (Database.CurrentTransaction is not null)
        {
            return await SaveByRulesAsync(acceptAllChangesOnSuccess, cancellationToken);
        }

        await using var write = await BeginAsync(cancellationToken);
        var rows = await SaveByRulesAsync(acceptAllChangesOnSuccess, cancellationToken);
        await write.CommitAsync(cancellationToken);
        return rows;
    }

    /// <summary>Only for callers whose contract is synchronous (the data protection key ring).</summary>
    public override int SaveChanges(bool acceptAllChangesOnSuccess)
        => SaveChangesAsync(acceptAllChangesOnSuccess).GetAwaiter().GetResult();

    /// <summary>Takes the next <paramref name="count"/> ids of a table, where the provider keeps a sequence; on SQLite reads where to go on.</summary>
    internal abstract long TakeIds(string table, int count);

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<DateTime>().HaveConversion<UtcDateTime>();
        configurationBuilder.Properties<string>().HaveMaxLength(200);
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(InboxDb).Assembly);
        foreach (var rule in ModelRules())
        {
            rule.Apply(modelBuilder, this);
        }
    }

    private static IEnumerable<IModelRule> ModelRules()
        => from type in typeof(InboxDb).Assembly.GetTypes()
           where type is { IsAbstract: false, IsInterface: false } && type.IsAssignableTo(typeof(IModelRule))
           orderby type.FullName
           select (IModelRule)Activator.CreateInstance(type, nonPublic: true)!;

    private async Task<int> SaveByRulesAsync(bool accept, CancellationToken cancellation)
    {
        foreach (var rule in parts.Rules)
        {
            await rule.BeforeSaveAsync(this, cancellation);
        }

        VersionCount.Raise(this);
        return await base.SaveChangesAsync(accept, cancellation);
    }

    private async Task WriteLateAsync(CancellationToken cancellation)
    {
        foreach (var rule in parts.Rules)
        {
            await rule.BeforeCommitAsync(this, cancellation);
        }

        if (LateRows.Count > 0)
        {
            throw new InvalidOperationException("There is no rule that writes the late rows of this transaction.");
        }
    }

    private sealed class UtcDateTime() : ValueConverter<DateTime, DateTime>(
        value => value.Kind == DateTimeKind.Local ? value.ToUniversalTime() : value,
        value => DateTime.SpecifyKind(value, DateTimeKind.Utc));
}

/// <summary>Names of the query filters.</summary>
public static class Filters
{
    public const string Tenant = "Tenant";
    public const string Deleted = "Deleted";
}
