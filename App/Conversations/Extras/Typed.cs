namespace Inbox.Conversations.Extras;

internal static class Typed
{
    /// <returns>Without the gaps around it; null for nothing.</returns>
    public static string? Filled(string text) => text.Trim() is { Length: > 0 } filled ? filled : null;
}
