using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;

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

        return Of(match.Groups[2].Value, match.Groups[1].Value[0] == 'F' ? "This value cannot be read." : "This value is missing.");
    }

    /// <summary>Of a parameter that may be left out the framework answers 400 and says nothing more: the one that cannot be read is looked for.</summary>
    /// <returns>Null when the answer is another one, or all parameters can be read.</returns>
    public static ProblemHttpResult? Of(HttpContext http)
        => http.Response.StatusCode != StatusCodes.Status400BadRequest ? null
            : http.GetEndpoint()?.Metadata.GetOrderedMetadata<IParameterBindingMetadata>()
                .FirstOrDefault(parameter => parameter.HasTryParse && Given(http, parameter.Name) is { Length: > 0 } given && !CanBeRead(parameter.ParameterInfo.ParameterType, given)) is { } wrong
                ? Of(wrong.Name, "This value cannot be read.")
                : null;

    private static ProblemHttpResult Of(string name, string what)
    {
        var field = JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
        return Problems.Of(StatusCodes.Status400BadRequest, "invalid_value", $"{field}: {what}", new Dictionary<string, string[]> { [field] = [what] });
    }

    private static string? Given(HttpContext http, string name)
        => http.Request.RouteValues.GetValueOrDefault(name) as string
            ?? http.Request.Query[name].FirstOrDefault() ?? http.Request.Query[JsonNamingPolicy.SnakeCaseLower.ConvertName(name)].FirstOrDefault();

    private static bool CanBeRead(Type type, string text)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type.IsEnum ? Enum.TryParse(type, text, ignoreCase: true, out _)
            : !type.GetInterfaces().Any(face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IParsable<>))
                || (bool)typeof(InvalidParameter).GetMethod(nameof(Parses), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(type).Invoke(null, [text])!;
    }

    private static bool Parses<T>(string text) where T : IParsable<T> => T.TryParse(text, CultureInfo.InvariantCulture, out _);

    [GeneratedRegex("""^(Failed to bind|Required) parameter "[^"]* (\w+)" (?:from|was not provided)""")]
    private static partial Regex Sentence();
}
