namespace Inbox.Conversations;

/// <summary>Enumerations as the API writes them: lower case.</summary>
internal static class Words
{
    public static string Of<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();

    /// <returns>Null when the word is none of this enumeration.</returns>
    public static T? Read<T>(string word) where T : struct, Enum
        => Enum.GetValues<T>().Where(value => Of(value) == word).Select(value => (T?)value).FirstOrDefault();
}
