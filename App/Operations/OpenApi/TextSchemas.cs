using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Inbox.Operations.OpenApi;

/// <summary>Says of texts that they are texts, and by which rules: the exporter does not look through the converter that reads them.</summary>
internal static class TextSchemas
{
    public static Task CompleteAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellation)
    {
        var type = context.JsonTypeInfo.Type;
        if (type == typeof(string))
        {
            var isNullable = context.JsonPropertyInfo is { IsGetNullable: true };
            schema.Type = isNullable ? JsonSchemaType.String | JsonSchemaType.Null : JsonSchemaType.String;
            Constrain(schema, context.JsonPropertyInfo?.AttributeProvider?.GetCustomAttributes(inherit: true) ?? [], isNullable);
        }
        else if (context.JsonTypeInfo.ElementType == typeof(string) && schema.Type?.HasFlag(JsonSchemaType.Array) == true)
        {
            schema.Items = new OpenApiSchema { Type = JsonSchemaType.String };
        }
        else if (context.JsonTypeInfo.ElementType == typeof(string) && schema.Type?.HasFlag(JsonSchemaType.Object) == true)
        {
            schema.AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.String };
        }

        return Task.CompletedTask;
    }

    private static void Constrain(OpenApiSchema schema, object[] rules, bool isNullable)
    {
        foreach (var rule in rules)
        {
            switch (rule)
            {
                case StringLengthAttribute length:
                    schema.MaxLength = length.MaximumLength;
                    schema.MinLength = length.MinimumLength > 0 ? length.MinimumLength : null;
                    break;
                case AllowedValuesAttribute allowed:
                    schema.Enum = [.. allowed.Values.OfType<string>().Select(value => (JsonNode)value)];
                    if (isNullable)
                    {
                        schema.Enum.Add(JsonNullSentinel.JsonNull);
                    }

                    break;
                case RegularExpressionAttribute expression:
                    schema.Pattern = expression.Pattern;
                    break;
                case EmailAddressAttribute:
                    schema.Format = "email";
                    break;
            }
        }
    }
}
