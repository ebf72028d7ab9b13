using System.Globalization;

namespace Inbox.Data;

/// <summary>
/// One server to a SQLite file: it counts ids and queues writers in memory. The operating system lets go of the lock when
/// the process ends, however it ends.
/// </summary>
public sealed class InstallationLock(InboxDbSource database, DataDirectory directory) : IDisposable
{
    private FileStream? _file;

    /// <summary>Does nothing on a database that many processes may share.</summary>
    /// <exception cref="StartRefusedException">Another process has it.</exception>
    public void Take()
    {
        if (database.Provider != DatabaseProvider.Sqlite || _file is not null)
        {
            return;
        }

        directory.Create();
        var path = Path.Combine(directory.FullPath, "inbox.lock");
        try
        {
            _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new StartRefusedException($"The data directory {directory.FullPath} cannot be written: {error.Message}");
        }
        catch (IOException)
        {
            throw new StartRefusedException(
                $"Another Inbox process{Holder(path)} already uses the data directory {directory.FullPath}. Stop it first, or give this one another Inbox:DataDirectory.");
        }

        _file.SetLength(0);
        _file.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
        _file.Flush();
    }

    public void Dispose() => _file?.Dispose();

    private static string Holder(string path)
    {
        try
        {
            using var file = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
            return int.TryParse(file.ReadToEnd(), CultureInfo.InvariantCulture, out var id) ? $" (number {id})" : "";
        }
        catch (IOException)
        {
            return "";   // some systems do not let a locked file be read
        }
    }
}
