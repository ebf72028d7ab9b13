using System.Text.Json.Nodes;
using Inbox.Access.Http;
using Inbox.Operations.Health;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Inbox.Operations.OpenApi;

/// <summary>The description of the API, complete enough to make a client from: <c>/openapi/v1.json</c>.</summary>
public static class ApiDocument
{
    internal const string Name = "v1";
    internal const string Bearer = "bearer";
    internal const string Session = "session";
    internal const string Password = "password";
    internal const string Problem = "Problem";

    /// <summary>What a newcomer looks for stands first.</summary>
    private static readonly string[] First = ["Sign-in", "Sessions", "Conversations", "Messages", "WhatsApp", "Contacts", "Search", "Media", "Tags", "Canned replies", "Webhooks", "Channels"];

    internal static IServiceCollection AddApiDocument(this IServiceCollection services)
        => services.AddOpenApi(Name, document =>
        {
            document.ShouldInclude = described => described.RelativePath is { } path
                && (path.StartsWith("api/", StringComparison.Ordinal) || path.Split('/')[0] == "health");
            document.AddSchemaTransformer(TextSchemas.CompleteAsync);
            document.AddOperationTransformer<OperationDocs>();
            document.AddDocumentTransformer((made, _, _) => Complete(made));
        });

    public static void MapApiDocument(this IEndpointRouteBuilder app)
    {
        app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
        ApiPages.Map(app);
    }

    private static Task Complete(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo { Title = "Inbox", Version = HealthJson.Version, Description = Introduction.Text() };
        foreach (var (path, operations) in document.Paths.Where(known => known.Key.Length > 1 && known.Key.EndsWith('/')).ToList())
        {
            // A group's own address; clients of the document ask without the slash.
            document.Paths.Remove(path);
            document.Paths.Add(path.TrimEnd('/'), operations);
        }

        document.Tags = document.Tags?.OrderBy(tag => Array.IndexOf(First, tag.Name) is >= 0 and var place ? place : First.Length).ToHashSet();
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Bearer] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "An access token, an API key, a business's internal key, or the master key." },
            [Session] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Cookie,
                Name = "__Host-inbox-session",
                Description = "The browser's session. What changes something needs the page's token in X-CSRF-TOKEN as well.",
            },
            [Password] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.OAuth2,
                Flows = new OpenApiOAuthFlows
                {
                    Password = new OpenApiOAuthFlow
                    {
                        TokenUrl = new Uri("/api/v1/auth/token", UriKind.Relative),
                        RefreshUrl = new Uri("/api/v1/auth/refresh", UriKind.Relative),
                        Scopes = new Dictionary<string, string>(),
                    },
                },
            },
        };
        document.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>();
        document.Components.Schemas[Problem] = ProblemSchema();
        return Task.CompletedTask;
    }

    private static OpenApiSchema ProblemSchema() => new()
    {
        Type = JsonSchemaType.Object,
        Description = "RFC 9457. The code is stable; title and detail are sentences for people.",
        Required = new HashSet<string> { "status", "title", "code", "trace_id" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer },
            ["title"] = new OpenApiSchema { Type = JsonSchemaType.String },
            ["detail"] = new OpenApiSchema { Type = JsonSchemaType.String },
            ["code"] = new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. ProblemCatalogue.All.Select(known => (JsonNode)known.Code)] },
            ["errors"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Description = "What is wrong with which field.",
                AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String } },
            },
            ["trace_id"] = new OpenApiSchema { Type = JsonSchemaType.String },
        },
    };
}
