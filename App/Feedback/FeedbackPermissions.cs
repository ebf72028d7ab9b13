using System.ComponentModel;
using Inbox.Tenancy;

namespace Inbox.Feedback;

public static class FeedbackPermissions
{
    [Description("See questions to people and their answers")]
    public const string Read = "feedback.read";

    [Description("Ask people over several channels")]
    [Roles(BuiltInRoles.Supervisor)]
    public const string Send = "feedback.send";
}
