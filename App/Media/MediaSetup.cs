namespace Inbox.Media;

public static class MediaSetup
{
    public static IServiceCollection AddMedia(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<MediaOptions, MediaOptionsValidator>().BindConfiguration("Inbox:Media");
        services.AddSingleton<MediaStore>();
        services.AddSingleton<FileIntake>();
        services.AddSingleton<MediaLinks>();
        return services;
    }
}
