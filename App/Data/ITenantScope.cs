using Microsoft.EntityFrameworkCore;

namespace Inbox.Data;

/// <summary>Whose rows a context may see. Zero sees none of the rows that belong to a tenant.</summary>
public interface ITenantScope
{
    long Id { get; }
}

/// <summary>A rule that runs inside the transaction of every save, before rows are written.</summary>
public interface ISaveRule
{
    ValueTask BeforeSaveAsync(InboxDb db, CancellationToken cancellation);
}

/// <summary>A rule of the whole model. Data finds the rules in the assembly, so it names no feature.</summary>
public interface IModelRule
{
    void Apply(ModelBuilder model, InboxDb db);
}
