namespace Inbox.Operations.Configuration;

/// <summary>A key below <c>Inbox</c> that nothing reads is a mistake that would otherwise go unnoticed.</summary>
internal static class UnknownKeys
{
    private const string Root = "Inbox";
    private const int MostEdits = 4;

    public static IEnumerable<string> In(IConfiguration configuration, SettingsCatalogue catalogue)
    {
        var known = catalogue.Settings.ToList();
        return from key in Leaves(configuration.GetSection(Root))
               where !known.Exists(setting => Covers(setting, key)) && !OlderNames.IsSourceOf(configuration, key)
               select $"{key} is not known.{Suggestion(key, known)}";
    }

    private static IEnumerable<string> Leaves(IConfigurationSection section)
    {
        var children = section.GetChildren().ToList();
        return children.Count > 0 ? children.SelectMany(Leaves) : section.Path == Root ? [] : [section.Path];
    }

    private static bool Covers(Setting setting, string key)
        => string.Equals(setting.Key, key, StringComparison.OrdinalIgnoreCase)
            || setting.Key.StartsWith($"{key}:", StringComparison.OrdinalIgnoreCase)   // an empty section in a file
            || (setting.IsList && key.StartsWith($"{setting.Key}:", StringComparison.OrdinalIgnoreCase));

    private static string Suggestion(string key, IEnumerable<Setting> known)
        => known.Select(setting => (setting.Key, Edits: Edits(key, setting.Key))).MinBy(near => near.Edits) is { Edits: <= MostEdits } nearest
            ? $" Did you mean {nearest.Key}?"
            : " appsettings.example.json lists all keys.";

    /// <summary>Levenshtein's distance, without regard to case.</summary>
    private static int Edits(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var change = char.ToUpperInvariant(left[i - 1]) == char.ToUpperInvariant(right[j - 1]) ? 0 : 1;
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + change));
            }
        }

        return row[^1];
    }
}
