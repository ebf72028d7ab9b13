using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Inbox.Data;

public enum DatabaseProvider
{
    Sqlite,
    PostgreSql,
    SqlServer,
}

/// <summary>Which database, section <c>Inbox:Database</c>.</summary>
public sealed class DatabaseOptions
{
    [EnumDataType(typeof(DatabaseProvider))]
    public DatabaseProvider Provider { get; set; } = DatabaseProvider.Sqlite;

    /// <summary>Empty with SQLite: <c>inbox.db</c> in the data directory.</summary>
    public string? ConnectionString { get; set; }
}

/// <summary>Where files live, section <c>Inbox</c>.</summary>
public sealed class DataDirectoryOptions
{
    /// <summary>Database file, media and keys. Relative to the folder the program is started in.</summary>
    [Required]
    public string DataDirectory { get; set; } = "data";

    public string FullPath => Path.GetFullPath(DataDirectory);
}

[OptionsValidator]
public sealed partial class DatabaseOptionsValidator : IValidateOptions<DatabaseOptions>;

/// <summary>A server database needs to be told where it is.</summary>
public sealed class DatabaseAddressValidator : IValidateOptions<DatabaseOptions>
{
    public ValidateOptionsResult Validate(string? name, DatabaseOptions options)
        => options.Provider != DatabaseProvider.Sqlite && string.IsNullOrWhiteSpace(options.ConnectionString)
            ? ValidateOptionsResult.Fail($"Inbox:Database:ConnectionString is missing: {options.Provider} needs one.")
            : ValidateOptionsResult.Success;
}
