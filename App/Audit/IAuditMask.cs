using Inbox.Tenancy;

namespace Inbox.Audit;

/// <summary>What in the rows of a folder further on not everybody may read who may read the trail.</summary>
public interface IAuditMask
{
    /// <summary>Whoever has it reads those rows whole.</summary>
    string Permission { get; }

    /// <summary>Puts the masks into a row that is read, and never saved.</summary>
    void Put(AuditEvent row);
}
