using Inbox.Media.S3;
using Microsoft.Extensions.Options;

namespace Inbox.Media;

public static class MediaSetup
{
    public static IServiceCollection AddMedia(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<MediaOptions, MediaOptionsValidator>().BindConfiguration("Inbox:Media");
        services.AddSingleton<IValidateOptions<MediaOptions>, S3Rules>();
        services.AddSingleton<DiskPlace>();
        services.AddSingleton<S3Place>();
        services.AddSingleton<IMediaPlace>(provider => provider.GetRequiredService<IOptions<MediaOptions>>().Value.S3.IsUsed ? provider.GetRequiredService<S3Place>() : provider.GetRequiredService<DiskPlace>());
        services.AddSingleton<MediaStore>();
        services.AddSingleton<FileIntake>();
        services.AddSingleton<MediaLinks>();
        services.AddScoped<Storage>();
        return services;
    }
}
