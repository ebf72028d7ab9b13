using System.ComponentModel.DataAnnotations;
using Inbox.Access.Http;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Inbox.Conversations.Notifications;

public static class NotificationEndpoints
{
    public static void MapNotifications(this IEndpointRouteBuilder app)
    {
        var settings = app.MapGroup("/api/v1/profile/notifications").WithTags("Profile").RequireAuthorization(ConversationPermissions.Read)
            .Refuses("unauthorized", "forbidden", "rate_limited", "person_needed");
        settings.MapGet("/", FindAsync).WithSummary("Shows what the caller wants to be told, and how");
        settings.MapPut("/", ChangeAsync).WithSummary("Changes what the caller wants to be told; what is left out stays").Refuses("invalid_body", "invalid_value", "version_stale", "changed_meanwhile");
    }

    private static async Task<WithVersion<Ok<NotificationsView>>> FindAsync(Caller caller, NotificationCentre notifications, CancellationToken cancellation)
        => Answer(await notifications.FindAsync(caller, cancellation));

    private static async Task<WithVersion<Ok<NotificationsView>>> ChangeAsync(
        IfMatch match, Body<NotificationsChange> body, Caller caller, NotificationCentre notifications, CancellationToken cancellation)
        => Answer(await notifications.ChangeAsync(caller, body.Value.Apply, match.Check, cancellation));

    private static WithVersion<Ok<NotificationsView>> Answer(NotificationSettings settings) => TypedResults.Ok(NotificationsView.Of(settings)).WithVersion(settings.Version);
}

/// <param name="InApp">A line in the open inbox.</param>
/// <param name="Sound">A sound while the inbox is not in front.</param>
public sealed record NotificationChoiceView(bool InApp, bool Sound);

/// <param name="From">Begin of the hours without sound, for example <c>22:00</c>, by the clock of the business.</param>
/// <param name="Until">Their end; before the begin it is that of the next day.</param>
public sealed record QuietHours([property: Required] TimeOnly From, [property: Required] TimeOnly Until);

public sealed record NotificationsView(
    NotificationChoiceView AssignedToMe,
    NotificationChoiceView MessageInMine,
    NotificationChoiceView NewConversation,
    NotificationChoiceView MessageFailed,
    NotificationChoiceView ChannelStopped,
    NotificationChoiceView WindowClosing,
    NotificationChoiceView ChannelProblem,
    NotificationChoiceView TokenEnding,
    NotificationChoiceView ChannelLimited,
    QuietHours? QuietHours)
{
    public static NotificationsView Of(NotificationSettings settings)
        => new(
            Of(settings, NotificationKind.AssignedToMe), Of(settings, NotificationKind.MessageInMine), Of(settings, NotificationKind.NewConversation),
            Of(settings, NotificationKind.MessageFailed), Of(settings, NotificationKind.ChannelStopped), Of(settings, NotificationKind.WindowClosing),
            Of(settings, NotificationKind.ChannelProblem), Of(settings, NotificationKind.TokenEnding), Of(settings, NotificationKind.ChannelLimited),
            settings is { QuietFrom: { } from, QuietUntil: { } until } ? new QuietHours(from, until) : null);

    private static NotificationChoiceView Of(NotificationSettings settings, NotificationKind kind) => new(settings.Of(kind).InApp, settings.Of(kind).Sound);
}

/// <param name="QuietHours">The same begin and end: none.</param>
public sealed record NotificationsChange(
    NotificationChoiceView? AssignedToMe = null,
    NotificationChoiceView? MessageInMine = null,
    NotificationChoiceView? NewConversation = null,
    NotificationChoiceView? MessageFailed = null,
    NotificationChoiceView? ChannelStopped = null,
    NotificationChoiceView? WindowClosing = null,
    NotificationChoiceView? ChannelProblem = null,
    NotificationChoiceView? TokenEnding = null,
    NotificationChoiceView? ChannelLimited = null,
    QuietHours? QuietHours = null)
{
    internal void Apply(NotificationSettings settings)
    {
        foreach (var (kind, choice) in ((NotificationKind, NotificationChoiceView?)[])
            [
                (NotificationKind.AssignedToMe, AssignedToMe), (NotificationKind.MessageInMine, MessageInMine), (NotificationKind.NewConversation, NewConversation),
                (NotificationKind.MessageFailed, MessageFailed), (NotificationKind.ChannelStopped, ChannelStopped), (NotificationKind.WindowClosing, WindowClosing),
                (NotificationKind.ChannelProblem, ChannelProblem), (NotificationKind.TokenEnding, TokenEnding), (NotificationKind.ChannelLimited, ChannelLimited),
            ])
        {
            if (choice is not null)
            {
                settings.Choose(kind, new NotificationChoice(choice.InApp, choice.Sound));
            }
        }

        if (QuietHours is { } quiet)
        {
            settings.BeQuiet(quiet.From, quiet.Until);
        }
    }
}
