using System.Text.RegularExpressions;

namespace Inbox.Tests.Architecture;

public sealed partial class DirectionTests
{
    /// <summary>The reading order of the product: a folder may name itself and what stands before it.</summary>
    private static readonly string[] Order =
    [
        "Shell.Ui", "Data", "Tenancy", "Access", "Realtime", "Audit", "Media", "Channels", "Contacts", "Conversations",
        "Feedback", "Leads", "Assistant", "Flows", "Triggers", "Analytics", "Operations", "Shell",
    ];

    [Fact]
    public void A_folder_names_only_folders_before_it()
    {
        var wrong =
            from file in Sources.Of("App", ".cs", ".razor")
            where file.Folder != ""
            from Match name in FolderName().Matches(file.Text)
            where Array.IndexOf(Order, name.Groups[1].Value) > Array.IndexOf(Order, file.Folder)
            select $"{file.Path} names {name.Groups[1].Value}";
        Assert.Empty(wrong.Distinct());
    }

    [Fact]
    public void Every_folder_stands_in_the_reading_order()
    {
        var folders = Sources.Of("App", ".cs", ".razor").Select(file => file.Folder).Where(folder => folder is not ("" or "Properties")).Distinct();
        Assert.Empty(folders.Except(Order));
    }

    [Fact]
    public void Only_Program_names_the_folder_of_a_kind_of_channel()
    {
        var kinds = Sources.Of("App/Channels", ".cs")
            .Where(file => KindOfChannel().IsMatch(file.Text))
            .Select(file => file.Path.Split('/')[2])
            .Where(folder => !folder.EndsWith(".cs", StringComparison.Ordinal))
            .Distinct();
        var wrong =
            from kind in kinds
            from file in Sources.Of("App", ".cs", ".razor")
            where file.Path != "App/Program.cs" && !file.Path.StartsWith($"App/Channels/{kind}/", StringComparison.Ordinal)
            where Regex.IsMatch(file.Text, $@"\bChannels\.{kind}\b")
            select $"{file.Path} names Channels.{kind}";
        Assert.Empty(wrong);
    }

    [Fact]
    public void A_namespace_is_its_folder()
    {
        var wrong =
            from file in Sources.Of("App", ".cs")
            where file.Folder is not ("" or "Properties")
            let expected = "Inbox." + Path.GetDirectoryName(file.Path)!.Replace('\\', '/')["App/".Length..].Replace('/', '.')
            where !Regex.IsMatch(file.Text, $@"^namespace {Regex.Escape(expected)}[;\s]", RegexOptions.Multiline)
            select $"{file.Path} is not in namespace {expected}";
        Assert.Empty(wrong);
    }

    [Fact]
    public void No_usings_for_everybody_hide_who_names_whom()
    {
        var hidden =
            from file in Sources.Of("App", ".cs", ".csproj")
            where Regex.IsMatch(file.Text, @"global using Inbox\.|<Using Include=""Inbox\.")
            select file.Path;
        Assert.Empty(hidden);
    }

    [GeneratedRegex(@"\bclass \w+[^{;]*[:,]\s*I(Webhook)?Channel\b")]
    private static partial Regex KindOfChannel();

    [GeneratedRegex(@"\bInbox\.(Shell\.Ui|[A-Z]\w+)")]
    private static partial Regex FolderName();
}
