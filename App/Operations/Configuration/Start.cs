using Inbox.Access.FirstRun;
using Inbox.Access.Keys;
using Inbox.Audit;
using Inbox.Data;
using Inbox.Media;
using Inbox.Operations.CommandLine;
using Microsoft.AspNetCore.Connections;

namespace Inbox.Operations.Configuration;

public static partial class Start
{
    /// <summary>What must hold before anything is done: settings, and for a server the lock, the schema, the keys, the first owner.</summary>
    /// <returns>False when the start is refused; the reasons are printed.</returns>
    public static async Task<bool> PrepareAsync(this WebApplication app, Call call)
    {
        try
        {
            if (app.Services.GetRequiredService<SettingsCheck>().Problems() is { Count: > 0 } problems)
            {
                throw new StartRefusedException(problems);
            }

            if (call.Command is null)
            {
                foreach (var variable in OlderNames.Unread(app.Configuration, app.Services.GetRequiredService<SettingsCatalogue>()))
                {
                    NotRead(app.Logger, variable);
                }

                await PrepareServerAsync(app.Services, app.Lifetime.ApplicationStopping);
                app.Services.GetRequiredService<Greeting>().Register();
            }

            return true;
        }
        catch (StartRefusedException refused)
        {
            Print(refused);
            return false;
        }
    }

    /// <returns>The exit code.</returns>
    public static async Task<int> ServeAsync(this WebApplication app)
    {
        // Asked for now: a start that fails leaves no services to ask.
        var stopping = app.Lifetime.ApplicationStopping;
        try
        {
            await app.RunAsync();
            return 0;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Told to stop while it was still starting.
            return 0;
        }
        catch (IOException error) when (error.InnerException is AddressInUseException)
        {
            Print(new StartRefusedException($"{error.Message.TrimEnd('.')}. Stop the other program, or set Urls to another address."));
            return 1;
        }
    }

    internal static void Print(StartRefusedException refused)
    {
        Console.Error.WriteLine(refused.Problems.Count == 1 ? "Inbox cannot start:" : $"Inbox cannot start, for {refused.Problems.Count} reasons:");
        foreach (var problem in refused.Problems)
        {
            Console.Error.WriteLine($"- {problem}");
        }
    }

    private static async Task PrepareServerAsync(IServiceProvider services, CancellationToken cancellation)
    {
        services.GetRequiredService<DataDirectory>().Create();
        services.GetRequiredService<InstallationLock>().Take();
        await services.GetRequiredService<MediaStore>().CheckAsync(cancellation);
        await services.GetRequiredService<Migrator>().RunAsync(cancellation);
        await services.GetRequiredService<KeysAtStart>().CheckAsync(cancellation);
        await services.GetRequiredService<DataKeys>().MakeMissingAsync(tenant: null, cancellation);
        await services.GetRequiredService<AuditKeysAtStart>().CheckAsync(cancellation);
        await using var scope = services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<UnattendedSetup>().RunAsync(cancellation);
    }

    [LoggerMessage(LogLevel.Warning, "The environment variable {Variable} is set; this version has nothing that reads it")]
    private static partial void NotRead(ILogger log, string variable);
}
