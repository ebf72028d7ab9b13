namespace Inbox.Media;

/// <summary>Where the bytes of files lie, by names such as <c>17/files/ab/ab12…</c>. A file is there whole or not at all.</summary>
public interface IMediaPlace
{
    /// <summary>Takes over a file that is written whole; it may move it.</summary>
    /// <exception cref="MediaUnavailableException">It could not be kept now.</exception>
    Task KeepAsync(string name, string part, CancellationToken cancellation);

    /// <returns>Can be read from any position; null when there is no such file.</returns>
    /// <exception cref="MediaUnavailableException">Nobody knows now.</exception>
    Task<Stream?> OpenAsync(string name, CancellationToken cancellation);

    /// <exception cref="MediaUnavailableException">Nobody knows now.</exception>
    Task<bool> HasAsync(string name, CancellationToken cancellation);

    /// <exception cref="MediaUnavailableException">It could not be removed now.</exception>
    Task DeleteAsync(string name, CancellationToken cancellation);

    /// <summary>The names that begin so.</summary>
    /// <exception cref="MediaUnavailableException">They could not be listed now.</exception>
    IAsyncEnumerable<string> NamesAsync(string beginning, CancellationToken cancellation);

    /// <summary>Whether it can be used as it is configured, asked at the start.</summary>
    /// <exception cref="Data.StartRefusedException">It cannot.</exception>
    Task CheckAsync(CancellationToken cancellation);
}

/// <summary>The place of files does not answer, or not as it should. Trying again may help.</summary>
public sealed class MediaUnavailableException(string message, Exception? cause = null) : IOException(message, cause);
