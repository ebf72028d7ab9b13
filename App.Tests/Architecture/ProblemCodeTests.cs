using System.Text.RegularExpressions;
using Inbox.Access.Http;

namespace Inbox.Tests.Architecture;

/// <summary>A program can rely on every code: it is in the one catalogue, once, and says what it means.</summary>
public sealed partial class ProblemCodeTests
{
    [Fact]
    public void Every_code_in_the_sources_is_in_the_catalogue()
    {
        var missing =
            from use in Uses()
            where ProblemCatalogue.Find(use.Code) is null
            select $"{use.Path} uses \"{use.Code}\": add a line to App/Access/Http/ProblemCatalogue.cs";
        Assert.Empty(missing.Distinct());
    }

    [Fact]
    public void Every_code_of_the_catalogue_is_used()
    {
        var sources = string.Concat(Sources.Of("App", ".cs", ".razor").Where(file => file.Name != "ProblemCatalogue.cs").Select(file => file.Text));
        var used = Uses().Select(use => use.Code).ToHashSet();

        Assert.Empty(ProblemCatalogue.All.Where(known => !used.Contains(known.Code) && !sources.Contains($"\"{known.Code}\"", StringComparison.Ordinal)).Select(known => known.Code));
    }

    [Fact]
    public void The_catalogue_is_sorted_and_says_something_about_each()
    {
        var codes = ProblemCatalogue.All.Select(known => known.Code).ToList();

        Assert.Equal(codes.Order(StringComparer.Ordinal), codes);
        Assert.Equal(codes.Distinct(), codes);
        Assert.All(ProblemCatalogue.All, known =>
        {
            Assert.Matches("^[a-z][a-z0-9_]+$", known.Code);
            Assert.True(known.Means.Length > 20 && known.Means.EndsWith('.'), known.Code);
            Assert.NotEmpty(known.Statuses);
            Assert.All(known.Statuses, status => Assert.InRange(status, 400, 599));
        });
    }

    private static IEnumerable<(string Path, string Code)> Uses()
        => from file in Sources.Of("App", ".cs", ".razor")
           where file.Name != "ProblemCatalogue.cs"
           from use in Code().Matches(file.Text).Select(match => match.Groups[1].Value)
               .Concat(Absent().Matches(file.Text).Select(match => $"{match.Groups[1].Value}_not_found"))
           select (file.Path, use);

    [GeneratedRegex("""(?:\bnew RefusedException\(\s*|\bProblems\.Of\([^"]*?,\s*|\["code"\]\s*=\s*|\bRefusedException [^=;()]*=> new\(\s*|\bRefusedException [^;=]*=>\s*new\(\s*)"([^"]+)"\s*,""")]
    private static partial Regex Code();

    [GeneratedRegex("""\bRefusedException\.NotFound\("([^"]+)"\)""")]
    private static partial Regex Absent();
}
