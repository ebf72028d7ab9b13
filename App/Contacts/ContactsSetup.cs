using Inbox.Audit;

namespace Inbox.Contacts;

public static class ContactsSetup
{
    public static IServiceCollection AddContacts(this IServiceCollection services)
    {
        services.AddScoped<ContactLists>();
        services.AddScoped<ContactEdits>();
        services.AddScoped<ContactBatches>();
        services.AddScoped<ContactNotes>();
        services.AddScoped<ContactConsents>();
        services.AddScoped<ContactMerges>();
        services.AddScoped<Lookalikes>();
        services.AddScoped<ContactExport>();
        services.AddScoped<ContactImports>();
        services.AddScoped<CustomFields>();
        services.AddSingleton<IAuditMask, ContactAuditMask>();
        return services;
    }
}
