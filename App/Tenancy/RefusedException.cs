namespace Inbox.Tenancy;

/// <summary>
/// The request is understood and cannot be done: answered as a problem with a stable code, or as a sentence on the screen.
/// </summary>
/// <param name="code">Snake case, for programs; never changes.</param>
/// <param name="detail">A sentence for people: what is wrong and what to do.</param>
/// <param name="status">HTTP status, 4xx.</param>
/// <param name="field">The body's field that is wrong, where it is one.</param>
public sealed class RefusedException(string code, string detail, int status = StatusCodes.Status422UnprocessableEntity, string? field = null) : Exception(detail)
{
    public string Code { get; } = code;

    public int Status { get; } = status;

    public string? Field { get; } = field;

    /// <summary>Sent as <c>Retry-After</c>, where trying again helps.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public static RefusedException NotFound(string what) => new($"{what}_not_found", $"There is no such {what}.", StatusCodes.Status404NotFound);
}
