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
public sealed record MenuEntry(Type Page, string Label, string Icon, int Order, string Address, IReadOnlyList<string> Permissions)
{
    /// <summary>Entries of one hundred stand together.</summary>
    public int Group => Order / 100;
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
           orderby entry.Order
           select new MenuEntry(page, entry.Label, entry.Icon, entry.Order, address, [.. page.GetCustomAttributes<AuthorizeAttribute>().Select(right => right.Policy).OfType<string>()]),
    ];

    public IEnumerable<MenuEntry> For(Caller caller) => Entries.Where(entry => entry.Permissions.All(right => right == Policies.Installation ? caller.IsSuperAdmin : caller.May(right)));

    public IEnumerable<VisiblePage> Of(Caller caller) => For(caller).Select(entry => new VisiblePage(LabelOf(entry), entry.Icon));

    /// <summary>The label from the resource file beside the page, else as it stands in the attribute.</summary>
    public string LabelOf(MenuEntry entry) => texts.Create(entry.Page)[entry.Label];
}
