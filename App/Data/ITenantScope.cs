using Microsoft.EntityFrameworkCore;

namespace Inbox.Data;

/// <summary>Whose rows a context may see. Zero sees none of the rows that belong to a tenant.</summary>
public interface ITenantScope
{
    long Id { get; }
}

/// <summary>A rule that runs inside the transaction of every save.</summary>
public interface ISaveRule
{
    /// <summary>Before the rows of a save are written.</summary>
    ValueTask BeforeSaveAsync(InboxDb db, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <summary>
    /// Right before the commit, when all other rows of the transaction are written: what is locked here is locked last and
    /// for the shortest time. Writes the <see cref="InboxDb.LateRows"/> that are its own and takes them out.
    /// </summary>
    ValueTask BeforeCommitAsync(InboxDb db, CancellationToken cancellation) => ValueTask.CompletedTask;
}

/// <summary>A rule of the whole model. Data finds the rules in the assembly, so it names no feature.</summary>
public interface IModelRule
{
    void Apply(ModelBuilder model, InboxDb db);
}
