using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Inbox.Operations.Configuration;

/// <summary>All that is wrong with the configuration, each as a sentence that names the key.</summary>
public sealed partial class SettingsCheck(SettingsCatalogue catalogue, IConfiguration configuration, IServiceProvider services)
{
    public IReadOnlyList<string> Problems()
        => [.. OlderNames.Problems(configuration), .. UnknownKeys.In(configuration, catalogue), .. catalogue.Classes.SelectMany(ProblemsOf).Distinct()];

    /// <summary>A class whose values do not even fit their types is not asked for its rules: they would speak of defaults.</summary>
    private IReadOnlyList<string> ProblemsOf(SettingsClass found)
    {
        List<string> problems = [.. found.Settings.SelectMany(WrongTypes)];
        if (problems is [])
        {
            var bound = configuration.GetSection(found.Section).Get(found.Type) ?? Activator.CreateInstance(found.Type)!;
            problems.AddRange(found.Settings.Where(setting => setting.Property.DeclaringType == found.Type).SelectMany(setting => BrokenAnnotations(setting, bound)));
        }

        return problems is [] ? BrokenRules(found) : problems;
    }

    private IEnumerable<string> WrongTypes(Setting setting)
    {
        var section = configuration.GetSection(setting.Key);
        var type = Nullable.GetUnderlyingType(setting.Property.PropertyType) ?? setting.Property.PropertyType;
        if (setting.IsList || section.Value is not { } value || type == typeof(string) || Fits(value, type))
        {
            return [];
        }

        return [$"{setting.Key} is \"{value}\", but must be {Wanted(type)}{OlderNames.Origin(configuration, setting.Key)}."];
    }

    private IEnumerable<string> BrokenAnnotations(Setting setting, object bound)
    {
        var results = new List<ValidationResult>();
        var context = new ValidationContext(bound, services, null) { MemberName = setting.Property.Name, DisplayName = setting.Key };
        Validator.TryValidateProperty(setting.Property.GetValue(bound), context, results);
        return results.Select(result => Required.Replace(result.ErrorMessage ?? "", "$1 is missing.").Replace("The field ", "", StringComparison.Ordinal).TrimEnd('.')
            + OlderNames.Origin(configuration, setting.Key) + ".");
    }

    private IReadOnlyList<string> BrokenRules(SettingsClass found)
    {
        try
        {
            var options = services.GetRequiredService(typeof(IOptions<>).MakeGenericType(found.Type));
            _ = options.GetType().GetProperty(nameof(IOptions<>.Value))!.GetValue(options);
            return [];
        }
        catch (TargetInvocationException error) when (error.InnerException is OptionsValidationException invalid)
        {
            return [.. invalid.Failures];
        }
    }

    private static bool Fits(string value, Type type)
    {
        try
        {
            TypeDescriptor.GetConverter(type).ConvertFromInvariantString(value);
            return true;
        }
        catch (Exception error) when (error is FormatException or ArgumentException or NotSupportedException or OverflowException)
        {
            return false;
        }
    }

    private static string Wanted(Type type)
        => type.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(type))}"
            : type == typeof(bool) ? "true or false"
            : type == typeof(TimeSpan) ? "a time such as 00:00:30"
            : type == typeof(double) || type == typeof(decimal) ? "a number"
            : type == typeof(Uri) ? "an address"
            : "a whole number";

    [GeneratedRegex("^The (.+) field is required.$")]
    private static partial Regex Required { get; }
}
