using Microsoft.EntityFrameworkCore.Storage;

namespace Inbox.Data;

/// <summary>A write transaction and, on SQLite, the writer's turn. Disposing without a commit rolls back.</summary>
public sealed class WriteTransaction(IDbContextTransaction transaction, IDisposable turn) : IAsyncDisposable
{
    public Task CommitAsync(CancellationToken cancellation) => transaction.CommitAsync(cancellation);

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
