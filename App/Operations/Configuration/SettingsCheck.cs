using Microsoft.Extensions.Options;

namespace Inbox.Operations.Configuration;

/// <summary>All that is wrong with the configuration, as sentences.</summary>
internal static class SettingsCheck
{
    public static IReadOnlyList<string> Find(IServiceProvider services)
    {
        try
        {
            services.GetService<IStartupValidator>()?.Validate();
            return [];
        }
        catch (OptionsValidationException error)
        {
            return [.. error.Failures];
        }
        catch (AggregateException errors)
        {
            return [.. errors.InnerExceptions.OfType<OptionsValidationException>().SelectMany(error => error.Failures)];
        }
    }
}
