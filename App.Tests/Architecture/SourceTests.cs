using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Inbox.Tests.Architecture;

public sealed partial class SourceTests(ITestOutputHelper output)
{
    [Fact]
    public void Nobody_makes_a_client_of_his_own_for_the_network()
    {
        var wrong =
            from file in Sources.Of("App", ".cs", ".razor")
            from Match match in RawClient().Matches(file.Text)
            select $"{file.Path}: {match.Value}";
        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_text_of_a_screen_is_in_a_resource_file_beside_it()
    {
        var files = Sources.Of("App", ".cs", ".razor");
        var missing =
            from file in files
            let declarations = files.Where(other => Stem(other) == Stem(file)).SelectMany(other => Localizer().Matches(other.Text)).ToList()
            from Match declaration in declarations
            from Match use in Regex.Matches(file.Text, $$"""\b{{declaration.Groups[2].Value}}\["((?:[^"\\]|\\.)*)"[\],]""")
            let key = Regex.Unescape(use.Groups[1].Value)
            where !KeysOf(declaration.Groups[1].Value, files).Contains(key)
            select $"{file.Path}: \"{key}\" is not in {declaration.Groups[1].Value}.resx";
        Assert.Empty(missing.Distinct());
    }

    [Fact]
    public void No_resource_file_has_a_text_that_is_empty_or_twice_there()
    {
        var wrong =
            from path in Directory.EnumerateFiles(Repository.PathOf("App"), "*.resx", SearchOption.AllDirectories)
            let entries = XDocument.Load(path).Root!.Elements("data").ToList()
            from entry in entries
            where string.IsNullOrWhiteSpace(entry.Element("value")?.Value) || entries.Count(other => (string?)other.Attribute("name") == (string?)entry.Attribute("name")) > 1
            select $"{Path.GetFileName(path)}: {(string?)entry.Attribute("name")}";
        Assert.Empty(wrong);
    }

    /// <summary>Told, not enforced: a file of 300 lines nearly always holds a noun that wants out.</summary>
    [Fact]
    public void Long_files_are_reported()
    {
        foreach (var file in Sources.Of("App", ".cs", ".razor").Concat(Sources.Of("App.Tests", ".cs")).Where(file => file.Text.Count(c => c == '\n') > 300))
        {
            output.WriteLine($"{file.Path}: {file.Text.Count(c => c == '\n')} lines");
        }
    }

    [Fact]
    public void The_readme_names_the_two_commands_that_do_everything()
    {
        var readme = File.ReadAllText(Repository.PathOf("README.md"));
        Assert.Contains("dotnet run --project App", readme, StringComparison.Ordinal);
        Assert.Contains("dotnet test", readme, StringComparison.Ordinal);
    }

    /// <summary>A page and its code-behind are one.</summary>
    private static string Stem(SourceFile file) => Path.Combine(Path.GetDirectoryName(file.Path)!, file.Name.Split('.')[0]);

    /// <summary>The texts of a type stand beside the type.</summary>
    private static HashSet<string> KeysOf(string type, IReadOnlyList<SourceFile> files)
        => [.. from file in files
               where file.Name == type + ".razor" || file.Name == type + ".cs"
               let path = Path.Combine(Path.GetDirectoryName(Repository.PathOf(file.Path))!, type + ".resx")
               where File.Exists(path)
               from entry in XDocument.Load(path).Root!.Elements("data")
               select (string)entry.Attribute("name")!];

    [GeneratedRegex(@"\bnew (?:System\.Net\.Http\.)?HttpClient\b|\bnew (?:TcpClient|SmtpClient|WebClient)\b|\bWebRequest\.Create")]
    private static partial Regex RawClient();

    [GeneratedRegex(@"\bIStringLocalizer<(\w+)>\s+(\w+)")]
    private static partial Regex Localizer();
}
