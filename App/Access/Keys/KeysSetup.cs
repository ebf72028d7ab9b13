using Inbox.Access.Factors;
using Inbox.Access.Http.Idempotency;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Options;

namespace Inbox.Access.Keys;

internal static class KeysSetup
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(90);

    public static void AddKeys(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<KeyOptions, KeyOptionsValidator>().BindConfiguration("Inbox:Keys");
        services.AddSingleton<KeyRing>();
        services.AddSingleton<SecretBox>();
        services.AddSingleton<DataKeys>();
        services.AddSingleton<BusinessSecrets>();
        services.AddSingleton<DataKeyRotation>();
        services.AddSingleton<KeysAtStart>();
        services.AddSingleton(new SealedColumn("DataProtectionKeys.Xml", CookieKeys.ResealAsync));
        services.AddSealed<DataKey>("DataKeys.Wrapped", nameof(DataKey.Wrapped), DataKey.Purpose);
        services.AddSealed<IdempotentAnswer>("IdempotentAnswers.Answer", nameof(IdempotentAnswer.Answer), answer => IdempotentAnswers.Purpose(answer.Key));
        services.AddSealed<Authenticator>("Authenticators.Secret", nameof(Authenticator.Secret), factor => SecondFactors.Purpose(factor.UserId));
        services.AddDataProtection().SetApplicationName("Inbox").SetDefaultKeyLifetime(Lifetime);
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider => new ConfigureOptions<KeyManagementOptions>(keys =>
        {
            keys.XmlRepository = new CookieKeys(provider.GetRequiredService<IServiceScopeFactory>());
            keys.XmlEncryptor = new CookieKeyEncryptor(provider.GetRequiredService<SecretBox>());
        }));
    }
}
