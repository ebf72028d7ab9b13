namespace Inbox.Operations.Backups;

/// <summary>Where the passphrase of a backup comes from: never from the command line, which other users of the machine see.</summary>
internal static class Passphrases
{
    public const string Variable = "INBOX_BACKUP_PASSPHRASE";

    private const int Shortest = 12;

    /// <exception cref="BackupException">None is given, or it is too short to be one.</exception>
    public static string Read(bool fromStandardInput, TextReader standardInput)
    {
        var passphrase = fromStandardInput ? standardInput.ReadLine() : Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(passphrase))
        {
            throw new BackupException($"A passphrase is needed: it closes the keys in the archive. Give it in the environment variable {Variable}, or with --passphrase-stdin as the first line of the input.");
        }

        return passphrase;
    }

    public static void Require(string passphrase)
    {
        if (passphrase.Length < Shortest)
        {
            throw new BackupException($"The passphrase is too short: at least {Shortest} characters.");
        }
    }
}
