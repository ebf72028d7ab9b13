using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Inbox.Tests.Conversations.Files;

/// <summary>The platform's side of files: says where a file lies, and hands it out there, both for a token only.</summary>
internal sealed class GraphFiles
{
    public ConcurrentDictionary<string, GraphFile> Files { get; } = new();

    public ConcurrentBag<string> Tokens { get; } = [];

    public bool Broken { get; set; }

    /// <summary>Another address than the true one, for all files.</summary>
    public string? Elsewhere { get; set; }

    /// <returns>Its address. It ends with the process.</returns>
    public string Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var address = $"http://127.0.0.1:{FreePort.Next()}";
        builder.WebHost.UseUrls(address);
        var app = builder.Build();
        app.MapGet("/{version}/{id}", (string id, HttpRequest request) => Answer(request, id, file => Results.Json(new
        {
            messaging_product = "whatsapp",
            id,
            url = Elsewhere ?? $"{address}/files/there/{id}",
            mime_type = file.MimeType,
            sha256 = Convert.ToHexStringLower(SHA256.HashData(file.Content)),
            file_size = file.Content.Length,
        })));
        app.MapGet("/files/there/{id}", (string id, HttpRequest request) => Answer(request, id, file => Results.Bytes(file.Content, file.MimeType)));
        app.StartAsync().GetAwaiter().GetResult();
        return address;
    }

    private IResult Answer(HttpRequest request, string id, Func<GraphFile, IResult> answer)
    {
        var token = request.Headers.Authorization.ToString();
        Tokens.Add(token);
        return Broken ? Results.StatusCode(503)
            : !token.StartsWith("Bearer ", StringComparison.Ordinal) ? Error(401, 190)
            : Files.TryGetValue(id, out var file) ? answer(file)
            : Error(400, 100);
    }

    private static IResult Error(int status, int code) => Results.Json(new { error = new { message = "Unsupported get request", type = "GraphMethodException", code } }, statusCode: status);
}

internal sealed record GraphFile(string MimeType, byte[] Content);
