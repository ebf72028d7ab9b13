using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Inbox.Access.Http;
using Inbox.Operations.OpenApi;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Operations.OpenApi;

/// <summary>The description is complete: an endpoint that lacks something is named.</summary>
public sealed class ApiDocumentTests : AppTests
{
    private static readonly string[] Steps =
    [
        "## 1. Sign in", "/api/v1/auth/token", "## 2. The first call", "## 3. Send a message", "/api/v1/messages/send", "## 4. Hear of what happens", "`message_received`",
        "## What holds everywhere", "<details>", "`already_refreshed`",
    ];

    [Fact]
    public async Task Every_endpoint_is_described_with_summary_answers_refusals_examples_and_who_may_call()
    {
        using var document = await ReadAsync();
        var operations = Operations(document.RootElement).ToList();
        var wrong = new List<string>();
        foreach (var (name, operation) in operations)
        {
            void Check(bool holds, string what)
            {
                if (!holds)
                {
                    wrong.Add($"{name}: {what}");
                }
            }

            Check(operation.TryGetProperty("summary", out var summary) && summary.GetString()?.Length > 5, "no summary: WithSummary");
            Check(operation.TryGetProperty("tags", out var tags) && tags.GetArrayLength() > 0, "no tag: WithTags");
            Check(operation.TryGetProperty("operationId", out _), "no operation id");
            var responses = operation.GetProperty("responses").EnumerateObject().ToList();
            Check(responses.Exists(response => response.Name[0] is '2' or '3'), "no good answer: a typed result, or Produces<T>");
            foreach (var response in responses.Where(response => response.Name[0] == '2' && response.Value.TryGetProperty("content", out _)))
            {
                var content = response.Value.GetProperty("content").EnumerateObject().First();
                Check(content.Name != "application/json" || (content.Value.TryGetProperty("schema", out _) && content.Value.TryGetProperty("example", out _)), $"{response.Name} without schema or example");
            }

            foreach (var response in responses.Where(response => response.Name[0] is '4' or '5'))
            {
                if (operation.GetProperty("tags")[0].GetString() == "Health" && response.Name == "503")
                {
                    Check(response.Value.GetProperty("content").GetProperty("application/json").TryGetProperty("schema", out _), "503 without the body that 200 has");
                    continue;
                }

                var codes = response.Value.GetProperty("content").GetProperty("application/problem+json").GetProperty("examples").EnumerateObject().Select(example => example.Name).ToList();
                Check(codes.Count > 0, $"{response.Name} without a code: Refuses(\"code\")");
                Check(codes.TrueForAll(code => ProblemCatalogue.Find(code) is not null), $"{response.Name} with a code that is not in the catalogue");
            }

            Check(responses.Exists(response => response.Name == "429"), "says nothing of limits");
            if (operation.TryGetProperty("requestBody", out var body))
            {
                var typed = body.GetProperty("content").EnumerateObject().Where(content => content.Name is "application/json" or "application/x-www-form-urlencoded").ToList();
                Check(typed.TrueForAll(content => content.Value.TryGetProperty("schema", out _) && content.Value.TryGetProperty("example", out _)), "a body without schema or example");
            }
        }

        Assert.NotEmpty(operations);
        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
        var ids = operations.Select(operation => operation.Operation.GetProperty("operationId").GetString()).ToList();
        Assert.Equal(ids.Distinct(), ids);
    }

    [Fact]
    public async Task Every_field_says_what_it_is()
    {
        var document = JsonElement.Parse(await App.Http.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative), Cancellation));
        var schemas = document.GetProperty("components").GetProperty("schemas");

        // What platforms and clients shape themselves, which may be anything.
        string[] free = ["components", "content", "values", "before", "after", "data", "settings", "credentials", "custom_fields"];
        var untyped =
            from schema in schemas.EnumerateObject()
            where schema.Value.TryGetProperty("properties", out _)
            from field in schema.Value.GetProperty("properties").EnumerateObject()
            where !free.Contains(field.Name)
            where !IsTyped(field.Value) || (field.Value.TryGetProperty("items", out var items) && !IsTyped(items)) || (IsArray(field.Value) && !field.Value.TryGetProperty("items", out _))
            select $"{schema.Name}.{field.Name}";
        Assert.Empty(untyped);

        var reply = schemas.GetProperty("ReplyRequest").GetProperty("properties");
        Assert.Equal("null string", string.Join(' ', reply.GetProperty("text_content").GetProperty("type").EnumerateArray().Select(type => type.GetString()).Order()));
        Assert.Equal("string", schemas.GetProperty("NoteRequest").GetProperty("properties").GetProperty("text_content").GetProperty("type").GetString());
        Assert.Contains("closed", schemas.GetProperty("ConversationChange").GetProperty("properties").GetProperty("status").GetProperty("enum").EnumerateArray().Select(value => value.ToString()));

        static bool IsTyped(JsonElement schema) => schema.EnumerateObject().Any(part => part.Name is "type" or "$ref" or "oneOf" or "anyOf" or "allOf");
        static bool IsArray(JsonElement schema) => schema.TryGetProperty("type", out var type) && type.ToString().Contains("array", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_parameter_is_named_as_all_names_are()
    {
        using var document = await ReadAsync();
        var other =
            from operation in Operations(document.RootElement)
            where operation.Operation.TryGetProperty("parameters", out _)
            from parameter in operation.Operation.GetProperty("parameters").EnumerateArray()
            where parameter.GetProperty("in").GetString() == "query"
            let name = parameter.GetProperty("name").GetString()!
            where !name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '_' or '.')
            select $"{operation.Name}: {name}";
        Assert.Empty(other);
    }

    [Fact]
    public async Task Every_endpoint_of_the_api_is_in_the_document()
    {
        using var document = await ReadAsync();
        var described = Operations(document.RootElement).Select(operation => operation.Name).ToHashSet();

        var missing =
            from endpoint in App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            let path = "/" + endpoint.RoutePattern.RawText!.Trim('/')
            where (path.StartsWith("/api/", StringComparison.Ordinal) || path.StartsWith("/health", StringComparison.Ordinal)) && endpoint.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>() is null
            from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
            let name = $"{method} {System.Text.RegularExpressions.Regex.Replace(path, @"\{\**(\w+)[^}]*\}", "{$1}")}"
            where !described.Contains(name)
            select name;

        Assert.Empty(missing);
    }

    [Fact]
    public void Every_example_of_a_body_is_one_that_is_accepted()
    {
        var wrong = new List<string>();
        foreach (var type in App.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .Select(endpoint => endpoint.Metadata.GetMetadata<IAcceptsMetadata>()).Where(accepts => accepts?.ContentTypes.Contains("multipart/form-data") == false)
            .Select(accepts => accepts!.RequestType).OfType<Type>().Distinct())
        {
            var example = Examples.OfRequest(type)?.ToJsonString() ?? "null";
            var problems = new List<ValidationResult>();
            try
            {
                var read = JsonSerializer.Deserialize(example, type, ApiJson.Strict)!;
                Validator.TryValidateObject(read, new ValidationContext(read), problems, validateAllProperties: true);
            }
            catch (JsonException error)
            {
                problems.Add(new ValidationResult(error.Message));
            }

            wrong.AddRange(problems.Select(problem => $"{type.Name} {example}: {problem.ErrorMessage} Give the type an [Example]."));
        }

        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
    }

    [Fact]
    public async Task Every_code_is_explained_and_public_endpoints_are_told_from_others()
    {
        using var document = await ReadAsync();
        var text = document.RootElement.GetProperty("info").GetProperty("description").GetString()!;
        var operations = Operations(document.RootElement).ToDictionary(operation => operation.Name, operation => operation.Operation);

        Assert.Empty(ProblemCatalogue.All.Where(known => !text.Contains($"`{known.Code}`", StringComparison.Ordinal)).Select(known => known.Code));
        Assert.Equal(0, operations["POST /api/v1/auth/token"].GetProperty("security").GetArrayLength());
        Assert.NotEqual(0, operations["GET /api/v1/conversations"].GetProperty("security").GetArrayLength());
        Assert.Contains("conversations.read", operations["GET /api/v1/conversations"].GetProperty("description").GetString(), StringComparison.Ordinal);
        Assert.Contains(operations["PUT /api/v1/channels/{id}"].GetProperty("parameters").EnumerateArray(), parameter => parameter.GetProperty("name").GetString() == "If-Match");
        Assert.Contains(operations["POST /api/v1/channels"].GetProperty("parameters").EnumerateArray(), parameter => parameter.GetProperty("name").GetString() == "Idempotency-Key");
    }

    [Fact]
    public async Task It_begins_with_what_a_newcomer_needs_and_ends_with_the_codes()
    {
        using var document = await ReadAsync();
        var text = document.RootElement.GetProperty("info").GetProperty("description").GetString()!;

        int[] places = [.. Steps.Select(part => text.IndexOf(part, StringComparison.Ordinal))];
        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
        var operations = Operations(document.RootElement).Select(operation => operation.Name).ToHashSet();
        var named = System.Text.RegularExpressions.Regex.Matches(text, @"/api/v1/[a-z_/-]+").Select(match => match.Value.TrimEnd('/')).Distinct();
        Assert.All(named, path => Assert.Contains(operations, known => known.Split(' ')[1].Replace("{id}", "1", StringComparison.Ordinal).StartsWith(path, StringComparison.Ordinal)));
    }

    private async Task<JsonDocument> ReadAsync()
    {
        using var response = await App.Http.GetAsync("/openapi/v1.json", Cancellation);
        Assert.Equal(System.Net.HttpStatusCode.OK, response.StatusCode);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancellation));
    }

    private static IEnumerable<(string Name, JsonElement Operation)> Operations(JsonElement document)
        => from path in document.GetProperty("paths").EnumerateObject()
           from operation in path.Value.EnumerateObject()
           where operation.Name is "get" or "post" or "put" or "patch" or "delete"
           select ($"{operation.Name.ToUpperInvariant()} {path.Name.TrimEnd('/')}", operation.Value);
}
