using Microsoft.EntityFrameworkCore.Storage;

namespace Inbox.Data;

/// <summary>A write transaction and, on SQLite, the writer's turn. Disposing without a commit rolls back.</summary>
/// <param name="last">What the rules write when everything else is written.</param>
public sealed class WriteTransaction(IDbContextTransaction transaction, IDisposable turn, Func<CancellationToken, Task> last) : IAsyncDisposable
{
    public async Task CommitAsync(CancellationToken cancellation)
    {
        await last(cancellation);
        await transaction.CommitAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await transaction.DisposeAsync();
        }
        finally
        {
            turn.Dispose();
        }
    }
}
