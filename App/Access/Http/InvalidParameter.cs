using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Inbox.Access.Http;

/// <summary>A parameter of the address or a header that cannot be read: 400 <c>invalid_value</c> that names it, without names of our types.</summary>
internal static partial class InvalidParameter
{
    /// <returns>Null when the error is about something else.</returns>
    public static ProblemHttpResult? Of(BadHttpRequestException error)
    {
        // The framework tells it only in its sentence: Failed to bind parameter "Nullable<int> limit" from "abc".
        if (error.StatusCode != StatusCodes.Status400BadRequest || Sentence().Match(error.Message) is not { Success: true } match)
        {
            return null;
        }

        var field = JsonNamingPolicy.SnakeCaseLower.ConvertName(match.Groups[2].Value);
        var what = match.Groups[1].Value[0] == 'F' ? "This value cannot be read." : "This value is missing.";
        return Problems.Of(StatusCodes.Status400BadRequest, "invalid_value", $"{field}: {what}", new Dictionary<string, string[]> { [field] = [what] });
    }

    [GeneratedRegex("""^(Failed to bind|Required) parameter "[^"]* (\w+)" (?:from|was not provided)""")]
    private static partial Regex Sentence();
}
