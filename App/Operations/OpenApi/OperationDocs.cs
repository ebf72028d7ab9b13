using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using Inbox.Access.Http;
using Inbox.Access.Http.Idempotency;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.OpenApi;

namespace Inbox.Operations.OpenApi;

/// <summary>What the endpoint's own metadata say, put into its description: rights, refusals with their codes, headers, examples.</summary>
internal sealed class OperationDocs : IOpenApiOperationTransformer
{
    private const string Json = "application/json";
    private const string ProblemJson = "application/problem+json";

    private static readonly Dictionary<int, string> Usual = new()
    {
        [400] = "bad_request",
        [401] = "unauthorized",
        [403] = "forbidden",
        [404] = "not_found",
        [409] = "changed_meanwhile",
        [413] = "too_large",
        [415] = "unsupported_media_type",
        [422] = "invalid_value",
        [429] = "rate_limited",
        [503] = "unavailable",
    };

    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var endpoint = new Endpoint(null, new EndpointMetadataCollection(context.Description.ActionDescriptor.EndpointMetadata), null);
        operation.OperationId = IdOf(context.Description);
        Secure(operation, endpoint, context.Document);
        Refuse(operation, endpoint, context);
        TakeHeaders(operation, endpoint);
        ShowExamples(operation, endpoint, context.Description);
        return Task.CompletedTask;
    }

    /// <summary>post_conversations_id_messages: stable while the address is.</summary>
    private static string IdOf(ApiDescription described)
        => string.Join('_', [
            (described.HttpMethod ?? "get").ToLowerInvariant(),
            .. (described.RelativePath ?? "").TrimEnd('/').Split('/').SkipWhile(part => part is "api" or "v1").DefaultIfEmpty("about")
                .Select(part => part.Trim('{', '}').Split(':')[0].Replace('-', '_')),
        ]);

    private static void Secure(OpenApiOperation operation, Endpoint endpoint, OpenApiDocument? document)
    {
        if (endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
        {
            operation.Security = [];
            return;
        }

        operation.Security = [
            new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(ApiDocument.Bearer, document)] = [] },
            new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(ApiDocument.Password, document)] = [] },
            new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(ApiDocument.Session, document)] = [] },
        ];
        var rights = endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(data => data.Policy).OfType<string>().Where(policy => policy.Contains('.', StringComparison.Ordinal)).Distinct().ToList();
        if (rights.Count > 0)
        {
            operation.Description = $"{operation.Description} Needs {string.Join(" and ", rights.Select(right => $"`{right}`"))}.".TrimStart();
        }
    }

    private static void Refuse(OpenApiOperation operation, Endpoint endpoint, OpenApiOperationTransformerContext context)
    {
        operation.Responses ??= [];
        var own = endpoint.Metadata.GetOrderedMetadata<Refusal>().Select(refusal => refusal.Problem).ToList();
        var statuses = operation.Responses.Keys.Select(key => int.TryParse(key, CultureInfo.InvariantCulture, out var status) ? status : 0).Where(status => status >= 400)
            .Concat(endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null ? [401, 403, 429] : [429])
            .Concat(operation.RequestBody is null ? [] : [400, 413, 415, 422]);
        // Health answers 503 with the same body as 200: that is no refusal.
        var typed = context.Description.SupportedResponseTypes.Where(answer => answer.Type is { } type && type != typeof(void) && !type.IsAssignableTo(typeof(ProblemDetails)))
            .Select(answer => answer.StatusCode).ToHashSet();
        foreach (var status in statuses.Distinct().Where(status => !typed.Contains(status)).Order().ToList())
        {
            var codes = own.Where(problem => problem.Statuses.Contains(status))
                .Concat(Usual.TryGetValue(status, out var usual) && ProblemCatalogue.Find(usual) is { } common ? [common] : [])
                .Concat(status == 400 && operation.RequestBody is not null ? [ProblemCatalogue.Find("invalid_body")!] : [])
                .DistinctBy(problem => problem.Code).ToList();
            operation.Responses[status.ToString(CultureInfo.InvariantCulture)] = new OpenApiResponse
            {
                Description = $"{ReasonPhrases.GetReasonPhrase(status)}: {string.Join(", ", codes.Select(problem => problem.Code))}",
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    [ProblemJson] = new OpenApiMediaType
                    {
                        Schema = new OpenApiSchemaReference(ApiDocument.Problem, context.Document),
                        Examples = codes.ToDictionary(problem => problem.Code, problem => (IOpenApiExample)new OpenApiExample { Summary = problem.Means, Value = Example(status, problem) }),
                    },
                },
            };
        }
    }

    private static JsonObject Example(int status, ProblemCode problem) => new()
    {
        ["title"] = ReasonPhrases.GetReasonPhrase(status),
        ["status"] = status,
        ["detail"] = problem.Means,
        ["code"] = problem.Code,
        ["trace_id"] = "4bf92f3577b34da6a3ce929d0e0e4736",
    };

    private static void TakeHeaders(OpenApiOperation operation, Endpoint endpoint)
    {
        operation.Parameters ??= [];
        foreach (var parameter in operation.Parameters.OfType<OpenApiParameter>().Where(parameter => parameter is { In: ParameterLocation.Query, Name.Length: > 0 }))
        {
            // A property of a record of filters: read without regard to case, and named as all names are.
            parameter.Name = char.ToLowerInvariant(parameter.Name![0]) + parameter.Name[1..];
        }

        var handler = endpoint.Metadata.GetMetadata<MethodInfo>();
        if (handler?.GetParameters().Any(parameter => parameter.ParameterType == typeof(IfMatch)) == true)
        {
            // The framework knows the type and not the header.
            operation.Parameters = [.. operation.Parameters.Where(parameter => handler.GetParameters().All(own => own.ParameterType != typeof(IfMatch) || own.Name != parameter.Name))];
            operation.Parameters.Add(Header("If-Match", "The ETag that was read.", endpoint.Metadata.GetMetadata<IfMatchRequired>() is not null));
        }

        if (IdempotencyKey.IsTakenBy(endpoint))
        {
            operation.Parameters.Add(Header(IdempotencyKey.Header, "1 to 64 visible characters, new for each thing that is made; repeated, it gets the first answer.", required: false));
        }

        foreach (var (status, response) in operation.Responses ?? [])
        {
            if (status.StartsWith('2') && response is OpenApiResponse answer)
            {
                if (status == "201")
                {
                    (answer.Headers ??= new Dictionary<string, IOpenApiHeader>())["Location"] = new OpenApiHeader { Description = "Where it is.", Schema = Text() };
                }

                if (endpoint.Metadata.GetMetadata<SendsVersion>() is not null)
                {
                    (answer.Headers ??= new Dictionary<string, IOpenApiHeader>())["ETag"] = new OpenApiHeader { Description = "The version, for If-Match.", Schema = Text() };
                }
            }
        }
    }

    private static void ShowExamples(OpenApiOperation operation, Endpoint endpoint, ApiDescription described)
    {
        if (endpoint.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType is { } request)
        {
            foreach (var content in (operation.RequestBody?.Content ?? new Dictionary<string, OpenApiMediaType>()).Values)
            {
                content.Example ??= Examples.OfRequest(request) is JsonObject { Count: 0 } ? Examples.OfAnswer(request) : Examples.OfRequest(request);
            }
        }

        foreach (var answer in described.SupportedResponseTypes.Where(answer => answer.Type is { } type && type != typeof(void) && !type.IsAssignableTo(typeof(ProblemDetails))))
        {
            if (operation.Responses?.GetValueOrDefault(answer.StatusCode.ToString(CultureInfo.InvariantCulture)) is OpenApiResponse { Content: { } contents }
                && contents.TryGetValue(Json, out var content))
            {
                content.Example ??= Examples.OfAnswer(answer.Type!);
            }
        }
    }

    private static OpenApiParameter Header(string name, string description, bool required)
        => new() { Name = name, In = ParameterLocation.Header, Description = description, Required = required, Schema = Text() };

    private static OpenApiSchema Text() => new() { Type = JsonSchemaType.String };
}
