using System.Reflection;
using Inbox.Access.People;
using Inbox.Access.Rights;
using Inbox.Shell.Ui;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace Inbox.Shell;

/// <param name="Permissions">All are needed.</param>
public sealed record MenuEntry(Type Page, string Label, string? About, string Icon, int Order, string Address, IReadOnlyList<string> Permissions)
{
    private const int Settings = 8;

    /// <summary>Entries of one hundred stand together.</summary>
    public int Group => Order / 100;

    /// <summary>Entries of ten stand together in the menu of the settings.</summary>
    public int Section => Order / 10;

    /// <summary>Stands in the menu of the settings, which the main menu names once.</summary>
    public bool IsSetting => Group == Settings;

    /// <param name="path">Of the page that is open, without query.</param>
    public bool Holds(string path) => path == Address || path.StartsWith($"{Address}/", StringComparison.Ordinal);
}

/// <summary>The pages that carry <see cref="MenuAttribute"/>, for each the permissions that its own attributes ask for.</summary>
public sealed class MenuCatalogue(IStringLocalizerFactory texts) : IVisiblePages
{
    private static readonly MenuEntry[] Entries =
    [
        .. from page in typeof(MenuCatalogue).Assembly.GetTypes()
           let entry = page.GetCustomAttribute<MenuAttribute>()
           where entry is not null
           let address = page.GetCustomAttributes<RouteAttribute>().Select(route => route.Template).Where(template => !template.Contains('{')).MaxBy(template => template.Length)
           where address is not null
           orderby entry.Order, entry.Label
           select new MenuEntry(
               page, entry.Label, entry.About, entry.Icon, entry.Order, address,
               [.. page.GetCustomAttributes<AuthorizeAttribute>().Select(right => right.Policy).OfType<string>()]),
    ];

    public IEnumerable<MenuEntry> For(Caller caller) => Entries.Where(entry => entry.Permissions.All(right => IsMet(right, caller)));

    public IEnumerable<VisiblePage> Of(Caller caller) => For(caller).Select(entry => new VisiblePage(LabelOf(entry), entry.Icon));

    /// <summary>The label from the resource file beside the page, else as it stands in the attribute.</summary>
    public string LabelOf(MenuEntry entry) => texts.Create(entry.Page)[entry.Label];

    /// <summary>What the page is for; null when it does not say.</summary>
    public string? AboutOf(MenuEntry entry) => entry.About is { } about ? texts.Create(entry.Page)[about].Value : null;

    private static bool IsMet(string right, Caller caller) => right switch
    {
        Policies.Installation => caller.IsSuperAdmin,
        Policies.SignedIn => caller.Kind != CallerKind.Nobody,
        _ => caller.May(right),
    };
}
