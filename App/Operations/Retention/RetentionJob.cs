using Quartz;

namespace Inbox.Operations.Retention;

[DisallowConcurrentExecution]
internal sealed class RetentionJob(Expiry expiry) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await expiry.RunAsync(cancellationToken);
}
