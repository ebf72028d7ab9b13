namespace Inbox.Channels;

/// <summary>A kind whose platform holds the files of messages until we fetch them.</summary>
public interface IFileChannel : IChannel
{
    /// <summary>Asks the platform for a file. Never throws for what the platform or the network does.</summary>
    /// <param name="reference">As <see cref="InboundFile.Reference"/>.</param>
    Task<FileAnswer> OpenAsync(Channel account, string reference, CancellationToken cancellation);
}

/// <summary>What the platform made of it.</summary>
public abstract record FileAnswer
{
    private FileAnswer()
    {
    }

    /// <summary>It comes.</summary>
    /// <param name="Response">To be disposed once it is read.</param>
    /// <param name="Sha256">Of the content, lower-case hex, where the platform says so.</param>
    public sealed record Opened(HttpResponseMessage Response, string? MimeType, string? Sha256) : FileAnswer;

    /// <summary>It may come later.</summary>
    public sealed record Later(string Code, string Detail, TimeSpan? After = null) : FileAnswer;

    /// <summary>It does not come.</summary>
    public sealed record Gone(string Code, string Detail) : FileAnswer;
}
