using System.Collections;
using System.Reflection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Inbox.Operations.Configuration;

/// <summary>A key that can be configured.</summary>
/// <param name="Key">The whole path, for example <c>Inbox:Auth:SessionMinutes</c>.</param>
public sealed record Setting(string Key, PropertyInfo Property)
{
    /// <summary>Each element is a key of its own below this one.</summary>
    public bool IsList => Property.PropertyType != typeof(string) && Property.PropertyType.IsAssignableTo(typeof(IEnumerable));
}

/// <summary>A class of settings and the section that it is bound to.</summary>
public sealed record SettingsClass(Type Type, string Section, IReadOnlyList<Setting> Settings);

/// <summary>
/// All that can be configured, found in what the features registered with <c>BindConfiguration</c>: nobody keeps a second
/// list of keys.
/// </summary>
public sealed class SettingsCatalogue(IServiceCollection registered, IServiceProvider services)
{
    public IReadOnlyList<SettingsClass> Classes => field ??= [.. Find().OrderBy(found => found.Section, StringComparer.Ordinal)];

    public IEnumerable<Setting> Settings => Classes.SelectMany(found => found.Settings);

    private IEnumerable<SettingsClass> Find()
        => from type in (from descriptor in registered
                         let service = descriptor.ServiceType
                         where service.IsGenericType && service.GetGenericTypeDefinition() == typeof(IConfigureOptions<>)
                         let options = service.GetGenericArguments()[0]
                         where options.Assembly == typeof(SettingsCatalogue).Assembly
                         select options).Distinct()
           from section in SectionsOf(type)
           select new SettingsClass(type, section, [.. SettingsOf(type, section)]);

    /// <summary>Runs the binding on a configuration that only notes which section is asked for.</summary>
    private IEnumerable<string> SectionsOf(Type type)
    {
        var asked = new Asked();
        foreach (var configure in services.GetServices(typeof(IConfigureOptions<>).MakeGenericType(type)))
        {
            var bound = typeof(ConfigureNamedOptions<,>).MakeGenericType(type, typeof(IConfiguration));
            if (bound.IsInstanceOfType(configure) && bound.GetProperty("Action")!.GetValue(configure) is Delegate bind)
            {
                bind.DynamicInvoke(Activator.CreateInstance(type), asked);
            }
        }

        return asked.Sections;
    }

    private static IEnumerable<Setting> SettingsOf(Type type, string section)
        => from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
           where property.SetMethod is { IsPublic: true }
           let setting = new Setting($"{section}:{property.Name}", property)
           from found in property.PropertyType.Assembly == typeof(SettingsCatalogue).Assembly && property.PropertyType.IsClass
               ? SettingsOf(property.PropertyType, setting.Key)
               : [setting]
           select found;

    private sealed class Asked : IConfiguration
    {
        private static readonly IConfiguration Empty = new ConfigurationBuilder().Build();

        public List<string> Sections { get; } = [];

        public string? this[string key]
        {
            get => null;
            set => throw new NotSupportedException();
        }

        public IConfigurationSection GetSection(string key)
        {
            Sections.Add(key);
            return Empty.GetSection(key);
        }

        public IEnumerable<IConfigurationSection> GetChildren() => [];

        public IChangeToken GetReloadToken() => Empty.GetReloadToken();
    }
}
