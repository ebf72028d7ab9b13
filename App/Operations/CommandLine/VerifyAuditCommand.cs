using Inbox.Audit;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Operations.CommandLine;

/// <summary>Runs beside a server: it only reads.</summary>
internal sealed class VerifyAuditCommand : ICommand
{
    public string Name => "verify-audit";

    public string Usage => "[--tenant SLUG]";

    public string Summary => "Recomputes the audit chains and names every row that was changed, removed, moved or added; exit code 1 when there is one.";

    public async Task<int> RunAsync(IServiceProvider services, CommandArguments arguments, CancellationToken cancellation)
    {
        await using var scope = services.CreateAsyncScope();
        var verification = scope.ServiceProvider.GetRequiredService<AuditVerification>();
        Dictionary<long, string> slugs;
        await using (var db = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<Data.InboxDb>>().CreateDbContextAsync(cancellation))
        {
            slugs = await db.Set<Tenant>().ToDictionaryAsync(tenant => tenant.Id, tenant => tenant.Slug, cancellation);
        }

        var start = TimeProvider.System.GetTimestamp();
        var reports = new List<AuditReport>();
        if (arguments.Find("tenant") is { } slug)
        {
            var id = slugs.FirstOrDefault(tenant => tenant.Value == slug).Key;
            reports.Add(await verification.VerifyAsync(id == 0 ? throw new CommandException($"There is no business with the slug '{slug}'.") : id, cancellation));
        }
        else
        {
            await foreach (var report in verification.AllAsync(cancellation))
            {
                reports.Add(report);
            }
        }

        var seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        foreach (var report in reports)
        {
            Print(report, report.TenantId == 0 ? "installation" : slugs.GetValueOrDefault(report.TenantId, FormattableString.Invariant($"business {report.TenantId}")));
        }

        var rows = reports.Sum(report => report.Rows);
        Console.Out.WriteLine(FormattableString.Invariant($"{rows:N0} rows in {reports.Count} chains in {seconds:0.00} s ({rows / Math.Max(seconds, 0.001):N0} rows/s)."));
        return reports.All(report => report.IsWhole) ? 0 : 1;
    }

    private static void Print(AuditReport report, string name)
    {
        Console.Out.WriteLine(report.IsWhole
            ? FormattableString.Invariant($"{name}: {report.Rows} rows, whole{(report.LastHash is null ? "" : $", ends with {report.LastHash}")}")
            : FormattableString.Invariant($"{name}: {report.Rows} rows, {report.Problems} {(report.Problems == 1 ? "problem" : "problems")}"));
        foreach (var finding in report.Findings)
        {
            Console.Out.WriteLine($"  {finding.Sentence}");
        }

        if (report.Problems > report.Findings.Count)
        {
            Console.Out.WriteLine(FormattableString.Invariant($"  and {report.Problems - report.Findings.Count} more"));
        }
    }
}
