namespace Inbox.Tests;

/// <summary>
/// Tests of the whole app on one database. A class with sentences is abstract, and two sealed ones beside it run it on
/// SQLite and on PostgreSQL.
/// </summary>
public abstract class AppTests(TestDatabase database = TestDatabase.Sqlite) : IAsyncLifetime
{
    protected TestApp App { get; private set; } = null!;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => App = await TestApp.StartAsync(Options(new TestAppOptions { Database = database }));

    public async ValueTask DisposeAsync()
    {
        if (App is not null)
        {
            await App.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    protected virtual TestAppOptions Options(TestAppOptions options) => options;
}
