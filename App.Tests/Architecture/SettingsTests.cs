using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Inbox.Data;

namespace Inbox.Tests.Architecture;

/// <summary>appsettings.example.json is the list of all settings: what can be set is there, and nothing else.</summary>
public sealed partial class SettingsTests
{
    /// <summary>Keys of ASP.NET Core itself.</summary>
    private static readonly string[] Framework = ["Urls", "AllowedHosts", "Logging", "Kestrel"];

    [Fact]
    public void The_example_lists_every_setting_and_nothing_else()
    {
        var listed = Listed().Where(key => !Framework.Contains(key.Split(':')[0])).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var bound = Bound().ToHashSet(StringComparer.OrdinalIgnoreCase);

        Assert.NotEmpty(bound);
        Assert.Empty(bound.Except(listed, StringComparer.OrdinalIgnoreCase).Select(key => $"{key} is not in appsettings.example.json"));
        Assert.Empty(listed.Except(bound, StringComparer.OrdinalIgnoreCase).Select(key => $"{key} is in appsettings.example.json and nothing reads it"));
    }

    [Fact]
    public void Nobody_reads_the_configuration_past_an_options_class()
    {
        var wrong =
            from file in Sources.Of("App", ".cs", ".razor")
            from Match match in Direct().Matches(file.Text)
            select $"{file.Path}: {match.Value}";
        Assert.Empty(wrong);
    }

    private static IEnumerable<string> Bound()
        => from file in Sources.Of("App", ".cs")
           from Match binding in Binding().Matches(file.Text)
           let type = typeof(InboxDb).Assembly.GetTypes().Single(type => type.Name == binding.Groups[1].Value)
           from key in Keys(binding.Groups[2].Value, type)
           select key;

    private static IEnumerable<string> Keys(string section, Type type)
        => from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
           where property.SetMethod is { IsPublic: true }
           let key = $"{section}:{property.Name}"
           from leaf in IsSection(property.PropertyType) ? Keys(key, property.PropertyType) : [key]
           select leaf;

    private static bool IsSection(Type type) => type.Assembly == typeof(InboxDb).Assembly && type.IsClass;

    private static IEnumerable<string> Listed()
    {
        using var example = JsonDocument.Parse(
            File.ReadAllText(Repository.PathOf("appsettings.example.json")),
            new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        return [.. Leaves("", example.RootElement)];
    }

    private static IEnumerable<string> Leaves(string path, JsonElement element)
        => element.ValueKind == JsonValueKind.Object
            ? element.EnumerateObject().SelectMany(property => Leaves(path == "" ? property.Name : $"{path}:{property.Name}", property.Value))
            : [path];

    [GeneratedRegex("""AddOptions(?:WithValidateOnStart)?<(\w+)(?:,\s*\w+)?>\(\)\s*(?:\.\w+\([^;"]*?\)\s*)*?\.BindConfiguration\("([^"]+)"\)""")]
    private static partial Regex Binding();

    [GeneratedRegex("""\b[Cc]onfiguration\["[^"]+"\]|\.GetValue<\w+\??>\("Inbox:[^"]+"|\.GetSection\("Inbox[^"]*"\)""")]
    private static partial Regex Direct();
}
