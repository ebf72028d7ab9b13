namespace Inbox.Shell.Ui;

/// <summary>Puts a page into the menu, for those who may open it.</summary>
/// <param name="label">English; the resource file beside the page translates it.</param>
/// <param name="icon">A symbol of img/icons.svg.</param>
/// <param name="order">
/// Hundreds are groups: 0 work, 100 customers, 200 automation, 800 settings, 900 the installation. The settings have a menu
/// of their own, in which tens are sections: 800 the business, 810 people, 820 channels, 830 conversations, 840 security,
/// 850 programs.
/// </param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class MenuAttribute(string label, string icon, int order) : Attribute
{
    public string Label { get; } = label;

    public string Icon { get; } = icon;

    public int Order { get; } = order;

    /// <summary>What the page is for, for the overview of the settings; English, translated like the label.</summary>
    public string? About { get; init; }
}
