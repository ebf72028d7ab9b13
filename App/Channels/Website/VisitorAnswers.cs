using System.Text.Json;
using System.Text.RegularExpressions;
using Inbox.Access;
using Inbox.Access.Http;
using Inbox.Data;
using Inbox.Tenancy;

namespace Inbox.Channels.Website;

/// <summary>One answer of the form before the first message.</summary>
/// <param name="Label">As the business words it, in its first language.</param>
/// <param name="Value">For consent the words that were agreed to.</param>
public sealed record VisitorAnswer(string Key, string Kind, string Label, string Value);

/// <summary>Checks the answers of a visitor by the form as it is now.</summary>
internal static partial class VisitorAnswers
{
    private const int LongestText = 1000;
    private const int FewestDigits = 5;

    /// <param name="form">Null: there is none, and no answer is taken.</param>
    /// <param name="given">By key; text, or true for consent.</param>
    /// <param name="visitor">What is known already need not be answered.</param>
    /// <exception cref="InvalidValuesException">By field, below answers.</exception>
    public static IReadOnlyList<VisitorAnswer> Read(PreChatForm? form, IReadOnlyDictionary<string, JsonElement> given, WebsiteVisitor visitor)
    {
        var wrong = new Dictionary<string, string[]>();
        var fields = form is null or { Show: PreChatForm.Never } ? [] : form.Fields;
        foreach (var unknown in given.Keys.Where(key => fields.All(field => field.Key != key)))
        {
            wrong[$"answers.{unknown.Cut(40)}"] = ["The form has no such field."];
        }

        var answers = new List<VisitorAnswer>();
        foreach (var field in fields)
        {
            var value = given.TryGetValue(field.Key, out var answer) ? Text(answer) : null;
            if (string.IsNullOrEmpty(value))
            {
                if (field.Required && !IsKnown(field, visitor))
                {
                    wrong[$"answers.{field.Key}"] = [field.Kind == PreChatField.Consent ? "This has to be agreed to." : $"{LabelOf(field)} is missing."];
                }
            }
            else if (Problem(field, value) is { } problem)
            {
                wrong[$"answers.{field.Key}"] = [problem];
            }
            else
            {
                answers.Add(new VisitorAnswer(field.Key, field.Kind, LabelOf(field), field.Kind == PreChatField.Consent ? LabelOf(field) : value));
            }
        }

        return wrong.Count == 0 ? answers : throw new InvalidValuesException(wrong);
    }

    private static bool IsKnown(PreChatField field, WebsiteVisitor visitor)
        => (field.Kind == PreChatField.Name && visitor.Name is not null) || (field.Kind == PreChatField.Email && visitor.Email is not null);

    private static string? Text(JsonElement answer) => answer.ValueKind switch
    {
        JsonValueKind.String => answer.GetString()!.Replace("\0", "", StringComparison.Ordinal).Trim(),
        JsonValueKind.True => "true",
        JsonValueKind.False or JsonValueKind.Null => null,
        _ => answer.GetRawText(),
    };

    private static string? Problem(PreChatField field, string value) => field.Kind switch
    {
        PreChatField.Email when value.Length > 200 || !EmailAddress.IsValid(value) => "This is no e-mail address.",
        PreChatField.Phone when !Phone().IsMatch(value) || value.Count(char.IsAsciiDigit) < FewestDigits => "This is no phone number.",
        PreChatField.List when field.Choices?.Contains(value) != true => "This is none of the choices.",
        PreChatField.Consent when value != "true" => "This is answered with true.",
        PreChatField.Name when value.Length > 200 => "A name has at most 200 characters.",
        _ when value.Length > LongestText => $"At most {LongestText} characters.",
        _ => null,
    };

    private static string LabelOf(PreChatField field) => field.Labels?.Values.FirstOrDefault() ?? field.Kind switch
    {
        PreChatField.Name => "Name",
        PreChatField.Email => "E-mail",
        PreChatField.Phone => "Phone",
        _ => field.Key,
    };

    [GeneratedRegex(@"^\+?[0-9 ()/.-]{5,40}\z")]
    private static partial Regex Phone();
}
