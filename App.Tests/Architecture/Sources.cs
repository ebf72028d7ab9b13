namespace Inbox.Tests.Architecture;

/// <param name="Path">Relative to the repository, with forward slashes.</param>
/// <param name="Folder">The product word that it belongs to: the folder below App; <c>Shell.Ui</c> is one of its own; empty for Program.</param>
public sealed record SourceFile(string Path, string Folder, string Text)
{
    public string Name => System.IO.Path.GetFileName(Path);
}

/// <summary>Reads sources, because reflection does not see the bodies of methods.</summary>
public static class Sources
{
    /// <summary>What people wrote: no build output and no generated migrations.</summary>
    public static IReadOnlyList<SourceFile> Of(string project, params string[] extensions)
        => [.. from path in Directory.EnumerateFiles(Repository.PathOf(project), "*", SearchOption.AllDirectories)
               let relative = Path.GetRelativePath(Repository.Root, path).Replace('\\', '/')
               where extensions.Contains(Path.GetExtension(path))
               where !relative.Split('/').Any(part => part is "bin" or "obj" or "Migrations" or "wwwroot" or "node_modules")
               select new SourceFile(relative, FolderOf(relative), File.ReadAllText(path))];

    private static string FolderOf(string path) => path.Split('/') switch
    {
        [_, "Shell", "Ui", _, ..] => "Shell.Ui",
        [_, var folder, _, ..] => folder,
        _ => "",
    };
}
