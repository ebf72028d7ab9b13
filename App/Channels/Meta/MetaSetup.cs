using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Inbox.Channels.Meta;

public static class MetaSetup
{
    /// <summary>What all kinds of the Meta platform share; each of them calls it.</summary>
    public static IServiceCollection AddMeta(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<MetaOptions>().BindConfiguration("Inbox:Meta");
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MetaOptions>, MetaOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MetaOptions>, MetaAddressValidator>());
        services.TryAddSingleton<OwnAddress>();
        services.TryAddSingleton<ChannelCredentials>();
        services.TryAddSingleton<MetaSignature>();
        return services;
    }
}
