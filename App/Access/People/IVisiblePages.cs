using Inbox.Tenancy;

namespace Inbox.Access.People;

/// <param name="Icon">A symbol of img/icons.svg.</param>
public sealed record VisiblePage(string Label, string Icon);

/// <summary>Which pages the menu shows to whom. The menu implements it, the role editor asks.</summary>
public interface IVisiblePages
{
    IEnumerable<VisiblePage> Of(Caller caller);
}
