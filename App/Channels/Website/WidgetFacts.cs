using Inbox.Access;
using Inbox.Access.Company;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Channels.Website;

/// <summary>What the widget shows that is set elsewhere: the look of the business, its hours, and whether somebody is there.</summary>
/// <param name="Color"><c>#rrggbb</c></param>
/// <param name="Languages">Tags, the first one first; empty where the business says none.</param>
public sealed record WidgetFacts(string Color, IReadOnlyList<string> Languages, WidgetHours Hours, bool AgentsOnline)
{
    /// <summary>Of a business that chose none.</summary>
    public const string OwnColor = "#4f46e5";

    /// <summary>By the hours of the channel's department, where it has one with hours of its own.</summary>
    /// <param name="db">A context that works for the channel's business.</param>
    public static async Task<WidgetFacts> ReadAsync(InboxDb db, Channel channel, WebsiteSettings settings, DateTime now, CancellationToken cancellation)
    {
        var profile = await db.Set<CompanyProfile>().AsNoTracking().Select(row => new { row.Colour, row.Languages }).FirstOrDefaultAsync(cancellation);
        var hours = await OpeningHours.ReadAsync(db, channel.DepartmentId ?? WorkingHours.WholeBusiness, cancellation);
        var isOpen = hours.Hours.IsOpenAt(now);
        return new WidgetFacts(
            settings.Color ?? (profile is { Colour.Length: > 0 } ? profile.Colour : OwnColor),
            profile?.Languages.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? [],
            new WidgetHours(isOpen, isOpen ? null : hours.Hours.NextOpening(now), isOpen ? hours.Hours.NextClosing(now) : null),
            isOpen && await IsSomebodyThereAsync(db, channel, now, cancellation));
    }

    private static async Task<bool> IsSomebodyThereAsync(InboxDb db, Channel channel, DateTime now, CancellationToken cancellation)
    {
        var members = db.Set<Membership>().AsNoTracking().Where(row => row.Status == MemberStatus.Active && row.SeenAt != null);
        if (channel.DepartmentId is { } department)
        {
            members = members.Where(row => db.Set<DepartmentMember>().Any(member => member.DepartmentId == department && member.UserId == row.UserId));
        }

        var seen = await members.Select(row => new { row.Availability, row.SeenAt, row.ActiveAt }).ToListAsync(cancellation);
        return seen.Exists(row => Membership.AvailabilityOf(row.Availability, row.SeenAt, row.ActiveAt, now) == Availability.Online);
    }
}

/// <param name="OpensAt">The next opening; null while open, and when the business does not open within a year.</param>
/// <param name="ClosesAt">The next closing; null while closed, and when the business never closes.</param>
public sealed record WidgetHours(bool IsOpen, DateTime? OpensAt, DateTime? ClosesAt);
