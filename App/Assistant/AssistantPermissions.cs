using System.ComponentModel;
using Inbox.Tenancy;

namespace Inbox.Assistant;

public static class AssistantPermissions
{
    [Description("Ask the assistant, take its suggestions, and see its stages")]
    [Roles(BuiltInRoles.Supervisor, BuiltInRoles.Agent)]
    public const string Use = "assistant.use";

    [Description("Change the assistant, its stages and its knowledge")]
    public const string Write = "assistant.write";
}
