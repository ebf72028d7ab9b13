using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Inbox.Access.Http;

/// <summary>A body that is no JSON or has another shape: 400 <c>invalid_body</c> that names the field, without names of our types.</summary>
internal static partial class InvalidBody
{
    public static ProblemHttpResult Of(JsonException error)
    {
        var (field, what) = Explain(error);
        return Problems.Of(
            StatusCodes.Status400BadRequest, "invalid_body", field is null ? what : $"{field}: {what}",
            field is null ? null : new Dictionary<string, string[]> { [field] = [what] });
    }

    private static (string? Field, string What) Explain(JsonException error)
    {
        var path = error.Path is ['$', '.', .. var rest] ? rest : null;
        // The messages of System.Text.Json quote the name: '…'. Which sentence it is decides what the name means.
        var quoted = Quoted.Matches(error.Message);
        return error.Message switch
        {
            var text when text.Contains("could not be mapped", StringComparison.Ordinal) => (quoted is [var name, ..] ? name.Groups[1].Value : path, "This field is not known."),
            var text when text.Contains("missing required", StringComparison.Ordinal) => (quoted is [_, .., var name] ? name.Groups[1].Value : path, "This field is missing."),
            var text when text.Contains("uplicate", StringComparison.Ordinal) => (quoted is [var name, ..] ? name.Groups[1].Value : path, "This field is given twice."),
            var text when text.Contains("could not be converted", StringComparison.Ordinal) || text.Contains("null", StringComparison.Ordinal) => (path, "This value has the wrong type."),
            _ => (path, "The body is not valid JSON."),
        };
    }

    [GeneratedRegex("'([^']*)'")]
    private static partial Regex Quoted { get; }
}
