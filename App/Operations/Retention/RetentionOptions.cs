using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Quartz;

namespace Inbox.Operations.Retention;

/// <summary>How long what nobody reads any more is kept, section <c>Inbox:Retention</c>. Messages are not touched by it.</summary>
public sealed class RetentionOptions
{
    /// <summary>Raw webhook bodies that were processed. The row stays, without its body.</summary>
    [Range(1, 3650)]
    public int BodyDays { get; set; } = 30;

    /// <summary>Raw bodies that failed or found no channel, so that they can be replayed; and changes and reactions whose message never came.</summary>
    [Range(1, 3650)]
    public int FailedBodyDays { get; set; } = 90;

    [Range(1, 3650)]
    public int SendAttemptDays { get; set; } = 90;

    /// <summary>When the job runs: a Quartz cron expression in UTC.</summary>
    [Required]
    public string Schedule { get; set; } = "0 20 3 * * ?";

    /// <summary>Rows of one transaction: small, because on SQLite messages wait behind it.</summary>
    [Range(1, 5000)]
    public int BatchSize { get; set; } = 200;
}

[OptionsValidator]
public sealed partial class RetentionOptionsValidator : IValidateOptions<RetentionOptions>;

internal sealed class RetentionRules : IValidateOptions<RetentionOptions>
{
    public ValidateOptionsResult Validate(string? name, RetentionOptions options)
    {
        var problems = new List<string>();
        if (options.FailedBodyDays < options.BodyDays)
        {
            problems.Add("Inbox:Retention:FailedBodyDays must not be less than Inbox:Retention:BodyDays.");
        }

        if (!CronExpression.TryParse(options.Schedule, out _))
        {
            problems.Add($"Inbox:Retention:Schedule is no cron expression of Quartz: {options.Schedule}");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
