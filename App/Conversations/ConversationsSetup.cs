using Inbox.Access;
using Inbox.Access.People;
using Inbox.Channels;
using Inbox.Channels.Inbound;
using Inbox.Channels.Outbound;
using Inbox.Contacts;
using Inbox.Conversations.Failures;
using Inbox.Conversations.Files;
using Inbox.Conversations.Labels;
using Inbox.Conversations.Notifications;
using Inbox.Conversations.Samples;
using Inbox.Conversations.Signs;
using Inbox.Conversations.Timeline;

namespace Inbox.Conversations;

public static class ConversationsSetup
{
    public static IServiceCollection AddConversations(this IServiceCollection services)
    {
        services.AddScoped<IInboundHandler, Arrivals>();
        services.AddScoped<ICustomerThreads, CustomerThreads>();
        services.AddScoped<ITestSends, TestSends>();
        services.AddScoped<IOutboundHandler, SendOutcomes>();
        services.AddScoped<IContactThreads, ContactThreads>();
        services.AddScoped<Messages>();
        services.AddScoped<Beginnings>();
        services.AddScoped<DirectSends>();
        services.AddScoped<Uploads>();
        services.AddScoped<SentFiles>();
        services.AddScoped<Outbox>();
        services.AddScoped<FailedSends>();
        services.AddScoped<Threads>();
        services.AddScoped<Reactions>();
        services.AddSingleton<ReactionSignal>();
        services.AddHostedService<ReactionWorker>();
        services.AddSingleton<CustomerSigns>();
        services.AddHostedService(provider => provider.GetRequiredService<CustomerSigns>());
        services.AddScoped<ConversationLists>();
        services.AddScoped<ConversationStates>();
        services.AddScoped<BulkChanges>();
        services.AddScoped<MessageSearch>();
        services.AddScoped<ConversationExport>();
        services.AddScoped<TransferTargets>();
        services.AddScoped<IHeldWork, HeldConversations>();
        services.AddScoped<AgentMarks>();
        services.AddScoped<ISampleData, SampleConversations>();
        services.AddScoped<ISampleData, SampleGallery>();
        services.AddScoped<ConversationFacts>();
        services.AddScoped<ContactTimelines>();
        services.AddScoped<Tags>();
        services.AddScoped<CannedReplies>();
        services.AddScoped<NotificationCentre>();
        services.AddSingleton<WindowReminders>();
        services.AddHostedService<WindowReminderWorker>();
        services.AddTransient<ContactTitles>();
        services.AddHostedService<ContactQueueWorker>();
        services.AddSingleton<ContactNames>();
        services.AddHostedService(provider => provider.GetRequiredService<ContactNames>());
        services.AddSingleton<FileFetch>();
        services.AddScoped<FileRetries>();
        services.AddHostedService<FileWorker>();
        return services;
    }
}
