using Inbox.Channels.Inbound;

namespace Inbox.Conversations;

public static class ConversationsSetup
{
    public static IServiceCollection AddConversations(this IServiceCollection services)
    {
        services.AddScoped<IInboundHandler, Arrivals>();
        services.AddScoped<Messages>();
        services.AddScoped<Threads>();
        services.AddScoped<ConversationLists>();
        services.AddScoped<ConversationStates>();
        services.AddScoped<AgentMarks>();
        services.AddScoped<ConversationFacts>();
        services.AddHostedService<ContactQueueWorker>();
        return services;
    }
}
