using Inbox.Access.Mail;

namespace Inbox.Access.People;

internal static class PeopleSetup
{
    public static void AddPeople(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<EmailOptions, EmailOptionsValidator>().BindConfiguration("Inbox:Email");
        services.AddSingleton<Mails>();
        services.AddSingleton<Notices>();
        services.AddScoped<Roles>();
        services.AddScoped<RoleViews>();
        services.AddScoped<RoleNames>();
        services.AddScoped<Departments>();
        services.AddScoped<MemberLists>();
        services.AddScoped<Members>();
        services.AddScoped<MemberSessions>();
        services.AddScoped<NewMembers>();
        services.AddScoped<Invitations>();
        services.AddScoped<Joins>();
        services.AddScoped<Profiles>();
        services.AddScoped<TenantSlugs>();
    }

    public static void MapPeople(this IEndpointRouteBuilder app)
    {
        app.MapUsers();
        app.MapMemberSessions();
        app.MapRoles();
        app.MapRoleViews();
        app.MapDepartments();
        app.MapInvitations();
        app.MapProfile();
    }
}
