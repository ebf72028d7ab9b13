namespace Inbox.Assistant;

public static class AssistantSetup
{
    public static IServiceCollection AddAssistant(this IServiceCollection services) => services.AddScoped<Stages>();
}
